import { describe, expect, it } from 'vitest'
import type { TraceAnswer, TraceSpan } from '../../../query/index.ts'
import { differencesOf } from './difference.ts'
import { labelSize, labelsOf } from './map-labels.ts'
import { layoutOf, type MapNode, nodeSize } from './map-layout.ts'
import { pathOf, wayOf, waysOf } from './map-path.ts'
import { durationTicks, foldedAt, rowsOf } from './waterfall.ts'

function span(
  spanId: string,
  depth: number,
  startNs: number,
  durationNs: number,
  more: Partial<TraceSpan> = {},
) {
  return {
    traceId: 't',
    spanId,
    parentSpanId: '',
    traceState: '',
    name: `do ${spanId}`,
    kind: 'internal',
    service: 'web',
    start: String(startNs),
    durationNs,
    depth,
    status: 'unset',
    statusMessage: '',
    attributes: {},
    resource: {},
    scope: { name: '', version: '', attributes: {} },
    events: [],
    links: [],
    ...more,
  } satisfies TraceSpan
}

const spans = [
  span('a', 0, 1000, 100),
  span('b', 1, 1010, 50),
  span('c', 2, 1020, 10, { service: 'cart', attributes: { 'http.route': '/cart' } }),
  span('d', 1, 1060, 20, { status: 'error' }),
]
const trace = {
  start: '1000',
  durationNs: 100,
  spans,
  criticalPath: [{ spanId: 'b', start: '1030', durationNs: 30 }],
} as unknown as TraceAnswer
const ids = (rows: ReturnType<typeof rowsOf>) => rows.map(row => row.span.spanId).join('')

describe('a waterfall', () => {
  it('places spans as shares of the duration, with what is critical', () => {
    const rows = rowsOf(trace, new Set())
    expect(rows.map(({ left, width }) => [left, width])).toEqual([
      [0, 1],
      [0.1, 0.5],
      [0.2, 0.1],
      [0.6, 0.2],
    ])
    expect(rows[1]?.critical).toEqual([{ left: 0.3, width: 0.3 }])
    expect(rows.map(row => row.below)).toEqual([3, 1, 0, 0])
    expect(rows.map(row => row.isError)).toEqual([false, false, false, true])
  })

  it('leaves out what is below a folded span', () => {
    expect(ids(rowsOf(trace, new Set(['b'])))).toBe('abd')
    expect(ids(rowsOf(trace, new Set(['a'])))).toBe('a')
    expect(ids(rowsOf(trace, foldedAt(spans, 1)))).toBe('abd')
  })

  it('finds by service, name and attribute, with all above', () => {
    expect(ids(rowsOf(trace, new Set(), 'HTTP.route=/c'))).toBe('abc')
    expect(ids(rowsOf(trace, new Set(), 'do d'))).toBe('ad')
    expect(ids(rowsOf(trace, new Set(), 'nobody'))).toBe('')
  })

  it('takes ten thousand spans', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => span(`s${i}`, i % 40, 1000 + i, 5))
    expect(rowsOf({ ...trace, spans: many }, new Set())).toHaveLength(10_000)
  })
})

describe('two traces', () => {
  it('differ first where time differs most', () => {
    const slow = [spans[0], { ...spans[2], durationNs: 500, status: 'error' }] as TraceSpan[]
    expect(differencesOf(spans, slow).map(({ name, durationsNs }) => [name, ...durationsNs])).toEqual([
      ['do c', 10, 500],
      ['do b', 50, 0],
      ['do d', 20, 0],
      ['do a', 100, 100],
    ])
    expect(differencesOf(spans, slow)[0]?.errors).toEqual([0, 1])
  })
})

describe('a service map', () => {
  const xOf = (edges: string[], name: string) => {
    const layout = layoutOf(
      [],
      edges.map(edge => ({ client: edge[0] as string, server: edge[1] as string })),
    )
    return layout.nodes.get(name)?.x ?? -1
  }

  it('has callers left of whom they call', () => {
    const edges = ['ab', 'bc', 'ac']
    expect(xOf(edges, 'a')).toBeLessThan(xOf(edges, 'b'))
    expect(xOf(edges, 'b')).toBeLessThan(xOf(edges, 'c'))
  })

  it('comes to an end where calls go in a circle, and where nobody calls', () => {
    expect(xOf(['ab', 'bc', 'ca'], 'c')).toBeGreaterThan(xOf(['ab', 'bc', 'ca'], 'a'))
    expect(xOf(['aa'], 'a')).toBe(26)
    expect(layoutOf([], []).width).toBeGreaterThan(0)
  })

  it('lays no two services over each other', () => {
    const { nodes } = layoutOf(['x', 'y', 'z'], [{ client: 'x', server: 'y' }])
    expect(new Set([...nodes.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(3)
  })
})

describe('the time over a trace', () => {
  it('has whole steps, whatever the trace takes', () => {
    expect(durationTicks(195e6)).toEqual([0, 50e6, 100e6, 150e6])
    expect(durationTicks(1)).toEqual([0, 1])
    expect(durationTicks(0)).toEqual([0])
    expect(durationTicks(200e9)).toEqual([0, 60e9, 120e9, 180e9])
    expect(durationTicks(1e15).length).toBe(6)
  })
})

describe('lines of the service map', () => {
  it('never run behind a service that they pass', () => {
    const edges = [
      { client: 'a', server: 'b' },
      { client: 'b', server: 'c' },
      { client: 'a', server: 'c' },
    ]
    const layout = layoutOf(['a', 'b', 'c'], edges)
    const node = (name: string) => layout.nodes.get(name) as MapNode
    const [between] = [node('b')]
    const way = wayOf(node('a'), node('c'), layout)
    expect(way).toHaveLength(4)
    for (const { y } of way.slice(1, 3)) expect(y < between.y || y > between.y + nodeSize.height).toBe(true)
    expect(wayOf(node('a'), node('b'), layout)).toHaveLength(2)
    expect(pathOf(way)).toMatch(/^M[\d.]+,[\d.]+ C.* L.* C/)
  })

  it('leave and reach a service at places of their own, in the order of the other ends', () => {
    const edges = ['ax', 'ay', 'az', 'by'].map(([client = '', server = '']) => ({ client, server }))
    const layout = layoutOf(['a', 'b', 'x', 'y', 'z'], edges)
    const ways = waysOf(edges, layout)
    const starts = ways.slice(0, 3).map(([start]) => start?.y ?? 0)
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
    expect(new Set(starts).size).toBe(3)
    expect(ways[1]?.at(-1)?.y).not.toBe(ways[3]?.at(-1)?.y)
  })

  it('have their labels apart from each other', () => {
    const names = ['x', 'y', 'z', 'w']
    const edges = names.flatMap(server => [
      { client: 'a', server },
      { client: 'b', server },
    ])
    const labels = labelsOf(waysOf(edges, layoutOf(['a', 'b', ...names], edges)))
    for (const [i, one] of labels.entries())
      for (const other of labels.slice(i + 1))
        expect(
          Math.abs(one.x - other.x) >= labelSize.width || Math.abs(one.y - other.y) >= labelSize.height,
        ).toBe(true)
  })
})
