import { type MapEdge, type MapLayout, type MapNode, nodeSize } from './map-layout.ts'

export interface Point {
  x: number
  y: number
}

/** How far a line keeps from a service that it passes. */
const margin = 8

/**
 * The ways of all calls. What leaves a service, and what reaches one, does so at places of its own over its height, in the
 * order in which the other ends stand: lines do not lie on each other there, and cross as little as can be.
 */
export function waysOf(edges: readonly MapEdge[], layout: MapLayout): Point[][] {
  const node = (name: string) => layout.nodes.get(name) as MapNode
  const leaving = portsOf(
    edges,
    edge => edge.client,
    edge => node(edge.server).y,
  )
  const reaching = portsOf(
    edges,
    edge => edge.server,
    edge => node(edge.client).y,
  )
  return edges.map(edge =>
    wayOf(node(edge.client), node(edge.server), layout, {
      start: leaving.get(edge) as number,
      end: reaching.get(edge) as number,
    }),
  )
}

/** How far down on its service each edge ends, as a share of the service's height. */
function portsOf(
  edges: readonly MapEdge[],
  endOf: (edge: MapEdge) => string,
  otherY: (edge: MapEdge) => number,
): Map<MapEdge, number> {
  const ports = new Map<MapEdge, number>()
  for (const own of Map.groupBy(edges, endOf).values())
    own
      .toSorted((a, b) => otherY(a) - otherY(b))
      .forEach((edge, i) => {
        ports.set(edge, (i + 1) / (own.length + 1))
      })
  return ports
}

const middle = { start: 0.5, end: 0.5 }

/**
 * The way of a call from one service to another, as points between which it runs: level through each column that it passes,
 * and there through the nearest gap, so that it never runs behind a service.
 */
export function wayOf(from: MapNode, to: MapNode, layout: MapLayout, ports = middle): Point[] {
  const start = { x: from.x + nodeSize.width, y: from.y + nodeSize.height * ports.start }
  const end = { x: to.x, y: to.y + nodeSize.height * ports.end }
  const passed = columnsBetween(start.x, end.x, layout)
  const points = passed.flatMap(({ x, tops }) => {
    const share = (x + nodeSize.width / 2 - start.x) / (end.x - start.x)
    const y = freeAt(start.y + (end.y - start.y) * share, tops)
    return [
      { x, y },
      { x: x + nodeSize.width, y },
    ]
  })
  return [start, ...points, end]
}

function columnsBetween(fromX: number, toX: number, { nodes }: MapLayout): { x: number; tops: number[] }[] {
  const columns = Map.groupBy(
    [...nodes.values()].filter(({ x }) => x > fromX && x + nodeSize.width < toX),
    ({ x }) => x,
  )
  return [...columns]
    .map(([x, own]) => ({ x, tops: own.map(({ y }) => y).sort((a, b) => a - b) }))
    .sort((a, b) => a.x - b.x)
}

/** The height nearest to a wanted one at which no service stands. */
function freeAt(wanted: number, tops: readonly number[]): number {
  const isFree = (y: number) => tops.every(top => y < top - margin || y > top + nodeSize.height + margin)
  if (isFree(wanted)) return wanted
  const gaps = tops.flatMap(top => [top - margin - 1, top + nodeSize.height + margin + 1]).filter(isFree)
  return gaps.reduce(
    (best, y) => (Math.abs(y - wanted) < Math.abs(best - wanted) ? y : best),
    gaps[0] ?? wanted,
  )
}

/** Points as a path of SVG that bends between columns and is straight within them. */
export function pathOf(points: readonly Point[]): string {
  const [first = { x: 0, y: 0 }, ...rest] = points
  let last = first
  const parts = rest.map(point => {
    const [bend, back] = bendsOf(last, point)
    const part =
      point.y === last.y && point.x - last.x === nodeSize.width
        ? `L${point.x},${point.y}`
        : `C${bend.x},${bend.y} ${back.x},${back.y} ${point.x},${point.y}`
    last = point
    return part
  })
  return [`M${first.x},${first.y}`, ...parts].join(' ')
}

/** The two points that a curve from one point to another leans to. */
export function bendsOf(from: Point, to: Point): [Point, Point] {
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2)
  return [
    { x: from.x + bend, y: from.y },
    { x: to.x - bend, y: to.y },
  ]
}
