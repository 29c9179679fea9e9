export interface MapEdge {
  client: string
  server: string
}

export interface MapNode {
  name: string
  x: number
  y: number
}

export interface MapLayout {
  nodes: Map<string, MapNode>
  width: number
  height: number
}

export const nodeSize = { width: 168, height: 58 }
const gap = { x: 132, y: 26 }

/**
 * Who calls stands left of whom it calls: a service's column is the longest way to it from one that nobody calls. Calls in
 * a circle are followed once around.
 */
export function layoutOf(services: readonly string[], edges: readonly MapEdge[]): MapLayout {
  const names = [...new Set([...services, ...edges.flatMap(({ client, server }) => [client, server])])]
  const columns = columnsOf(names, edges)
  const rows = new Map<number, string[]>()
  for (const name of names) {
    const column = columns.get(name) as number
    rows.set(column, [...(rows.get(column) ?? []), name])
  }
  const tallest = Math.max(1, ...[...rows.values()].map(inColumn => inColumn.length))
  const height = tallest * (nodeSize.height + gap.y) + gap.y
  const nodes = new Map<string, MapNode>()
  for (const [column, inColumn] of rows) {
    const free = height - inColumn.length * (nodeSize.height + gap.y)
    inColumn.forEach((name, i) => {
      const y = free / 2 + i * (nodeSize.height + gap.y) + gap.y / 2
      nodes.set(name, { name, x: gap.y + column * (nodeSize.width + gap.x), y })
    })
  }
  const width = Math.max(...rows.keys(), 0) * (nodeSize.width + gap.x) + nodeSize.width + 2 * gap.y
  return { nodes, width, height }
}

function columnsOf(names: readonly string[], edges: readonly MapEdge[]): Map<string, number> {
  const columns = new Map(names.map(name => [name, 0]))
  const forward = withoutCircles(names, edges)
  for (let round = 0; round < names.length; round++) {
    let moved = false
    for (const { client, server } of forward) {
      const wanted = (columns.get(client) as number) + 1
      if ((columns.get(server) as number) >= wanted) continue
      columns.set(server, wanted)
      moved = true
    }
    if (!moved) break
  }
  return columns
}

/** The edges without those that lead back to a service from which one came. */
function withoutCircles(names: readonly string[], edges: readonly MapEdge[]): MapEdge[] {
  const from = Map.groupBy(edges, ({ client }) => client)
  const kept: MapEdge[] = []
  const state = new Map<string, 'open' | 'done'>()
  const called = new Set(edges.map(({ server }) => server))
  const visit = (name: string) => {
    state.set(name, 'open')
    for (const edge of from.get(name) ?? []) {
      if (state.get(edge.server) === 'open') continue
      kept.push(edge)
      if (state.get(edge.server) === undefined) visit(edge.server)
    }
    state.set(name, 'done')
  }
  const roots = names.filter(name => !called.has(name))
  for (const name of [...roots, ...names]) if (state.get(name) === undefined) visit(name)
  return kept
}
