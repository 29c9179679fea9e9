import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootOf, type Span, Trace } from '../../lib/traceql/index.ts'
import { criticalPath } from './critical-path.ts'

function span(spanId: string, parentSpanId: string, start: number, end: number): Span {
  return {
    traceId: 'a'.repeat(32),
    spanId,
    parentSpanId,
    traceState: '',
    name: spanId,
    kind: 'internal',
    service: '',
    resource: {},
    scopeName: '',
    scopeVersion: '',
    scopeAttributes: {},
    attributes: {},
    startNs: BigInt(start),
    durationNs: end - start,
    status: 'unset',
    statusMessage: '',
    events: [],
    links: [],
  }
}

function pathOf(...spans: Span[]): [string, number, number][] {
  const trace = new Trace(spans)
  const root = rootOf(trace.tops)
  if (root === undefined) return []
  return criticalPath(trace, root).map(({ spanId, startNs, endNs }) => [
    spanId,
    Number(startNs),
    Number(endNs),
  ])
}

describe('the critical path', () => {
  it('is the span itself where it has no children', () => {
    expect(pathOf(span('a', '', 0, 10))).toEqual([['a', 0, 10]])
  })

  it('goes through children one after another', () => {
    expect(pathOf(span('a', '', 0, 10), span('b', 'a', 1, 4), span('c', 'a', 5, 9))).toEqual([
      ['a', 0, 1],
      ['b', 1, 4],
      ['a', 4, 5],
      ['c', 5, 9],
      ['a', 9, 10],
    ])
  })

  it('takes of children side by side the one that ended last', () => {
    expect(pathOf(span('a', '', 0, 10), span('b', 'a', 1, 6), span('c', 'a', 2, 9))).toEqual([
      ['a', 0, 2],
      ['c', 2, 9],
      ['a', 9, 10],
    ])
  })

  it('counts a child that outlives its parent up to the end of that', () => {
    expect(pathOf(span('a', '', 0, 10), span('b', 'a', 5, 99), span('c', 'b', 20, 30))).toEqual([
      ['a', 0, 5],
      ['b', 5, 10],
    ])
  })

  it('has none where spans are each others parents', () => {
    expect(pathOf(span('a', 'b', 0, 10), span('b', 'a', 0, 10))).toEqual([])
  })

  it('is quick for many children', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => span(`c${i}`, 'a', i, i + 1))
    expect(pathOf(span('a', '', 0, 20_000), ...many)).toHaveLength(20_000)
  })

  it('is without gaps from the start of the root to its end, whatever the trace', () => {
    const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(100)), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(spans, given => {
        const all = given.map(([start, length, parent], i) =>
          span(`s${i}`, i === 0 ? '' : `s${parent % i}`, start, start + length),
        )
        const [root] = all
        const path = pathOf(...all)
        const start = Number(root?.startNs)
        expect(path.map(([, from]) => from)).toEqual(
          [start, ...path.map(([, , to]) => to)].slice(0, path.length),
        )
        expect(path.at(-1)?.[2] ?? start).toBe(start + (root?.durationNs ?? 0))
      }),
    )
  })
})
