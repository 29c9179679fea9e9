import { describe, expect, it } from 'vitest'
import { compilePipeline } from './evaluate.ts'
import { parseTraceQl } from './parser.ts'
import { SpanGatherer, stagedSeries, toSeries } from './series.ts'
import type { Span } from './span.ts'
import { Trace } from './trace.ts'

const base: Omit<Span, 'spanId' | 'parentSpanId'> = {
  traceId: 'a'.repeat(32),
  traceState: '',
  name: '',
  kind: 'internal',
  service: 'web',
  resource: { 'service.name': 'web', region: 'eu' },
  scopeName: 'tracer',
  scopeVersion: '1',
  scopeAttributes: { library: 'http' },
  attributes: {},
  startNs: 0n,
  durationNs: 0,
  status: 'unset',
  statusMessage: '',
  events: [],
  links: [],
}

/** a has b and c below it, c has d; e stands alone. */
const spans: Span[] = [
  {
    ...base,
    spanId: 'a',
    parentSpanId: '',
    name: 'root',
    kind: 'server',
    durationNs: 10e9,
    attributes: { n: '1' },
  },
  {
    ...base,
    spanId: 'b',
    parentSpanId: 'a',
    kind: 'client',
    startNs: 1n,
    durationNs: 1e9,
    attributes: { n: '2' },
  },
  {
    ...base,
    spanId: 'c',
    parentSpanId: 'a',
    service: 'cart',
    startNs: 2n,
    durationNs: 3e9,
    attributes: { n: 'x' },
  },
  { ...base, spanId: 'd', parentSpanId: 'c', service: 'cart', startNs: 3n, status: 'error' },
  { ...base, spanId: 'e', parentSpanId: 'zz', startNs: 4n },
]
const trace = new Trace(spans)

const taken = (query: string) =>
  compilePipeline(parseTraceQl(query).pipeline)(trace).map(set =>
    set.spans.map(({ spanId }) => spanId).join(''),
  )

describe('what TraceQL means', () => {
  it.each([
    ['{}', ['abcde']],
    ['{ false }', []],
    ['{ .n = 1 || .n = "2" }', ['ab']],
    ['{ .n != 1 }', ['b']],
    ['{ .n != "1" }', ['bc']],
    ['{ .n = nil }', ['de']],
    ['{ span.region = "eu" }', []],
    ['{ .region = "eu" && .n > 1 }', ['b']],
    ['{ resource.service.name = "cart" }', ['cd']],
    ['{ duration >= 3s }', ['ac']],
    ['{ parent = nil }', ['a']],
    ['{ parent.n = "1" }', ['bc']],
    ['{ rootName = "root" && childCount = 2 }', ['a']],
    ['{ nestedSetParent < 0 }', ['a']],
    ['{ traceDuration > 9s && status = error }', ['d']],
    ['{ kind = server } > {}', ['bc']],
    ['{ kind = server } >> {}', ['bcd']],
    ['{} > { status = error }', ['d']],
    ['{ status = error } << {}', ['ac']],
    ['{ status = error } < {}', ['c']],
    ['{ kind = client } ~ {}', ['c']],
    ['{} ~ {}', ['bc']],
    ['{ kind = server } !>> {}', ['ae']],
    ['{ kind = server } !> {}', ['ade']],
    ['{ kind = client } !~ {}', ['abde']],
    ['{ kind = server } &> {}', ['abc']],
    ['{ kind = server } &>> { status = error }', ['ad']],
    ['{ status = error } &<< { kind = server }', ['ad']],
    ['{ kind = client } &~ {}', ['bc']],
    ['{ kind = server } && { status = error }', ['ad']],
    ['{ kind = server } && { status = ok }', []],
    ['{ kind = server } || { status = ok }', ['a']],
    ['{} | count() = 5', ['abcde']],
    ['{} | avg(.n) = 1.5', ['abcde']],
    ['{} | max(duration) - min(duration) = 10s', ['abcde']],
    ['{} | sum(.n) + 1 > 10', []],
    ['{ status = ok } | count() = 0', []],
    ['{} | by(resource.service.name)', ['abe', 'cd']],
    ['{} | by(resource.service.name) | count() > 2', ['abe']],
    ['{} | by(resource.service.name) | coalesce()', ['abcde']],
    ['{} | { kind = client } | select(.n)', ['b']],
    ['({} | count() > 9) || { kind = client }', ['b']],
  ])('%s takes %j', (query, expected) => {
    expect(taken(query)).toEqual(expected)
  })

  it('takes spans that are each others parents as they are', () => {
    const circle = new Trace([
      { ...base, spanId: 'a', parentSpanId: 'b' },
      { ...base, spanId: 'b', parentSpanId: 'a' },
      { ...base, spanId: 'c', parentSpanId: 'c' },
    ])
    const [set] = compilePipeline(parseTraceQl('{} >> {}').pipeline)(circle)
    expect(set?.spans.map(({ spanId }) => spanId)).toEqual(['a', 'b'])
    expect(circle.inOrder().map(({ span }) => span.spanId)).toEqual(['c', 'a', 'b'])
  })

  it('follows a hundred thousand spans in one line, in time', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => ({
      ...base,
      spanId: `s${i}`,
      parentSpanId: i === 0 ? '' : `s${i - 1}`,
      startNs: BigInt(i),
    }))
    const deep = new Trace(chain)
    const [set] = compilePipeline(parseTraceQl('{ parent = nil } >> { nestedSetLeft > 99999 }').pipeline)(
      deep,
    )
    expect(set?.spans.length).toBe(1)
    expect(deep.inOrder().at(-1)?.depth).toBe(99_999)
  })
})

describe('series of spans', () => {
  const seriesOf = (query: string) => {
    const { metrics, pipeline, series } = parseTraceQl(query)
    if (metrics?.kind !== 'overTime') throw new Error('no series')
    const steps = { startNs: 0n, stepNs: 2n, count: 3 }
    const gatherer = new SpanGatherer(metrics, steps)
    for (const set of compilePipeline(pipeline)(trace))
      for (const span of set.spans) gatherer.add(span, trace)
    return stagedSeries(toSeries(metrics, gatherer.finish(), steps), series).map(one => [
      Object.fromEntries(one.labels),
      [...one.values],
    ])
  }

  it('are counted and measured per step', () => {
    expect(seriesOf('{} | count_over_time()')).toEqual([[{ __name__: 'count_over_time' }, [2, 2, 1]]])
    expect(seriesOf('{} | max_over_time(duration) by (resource.service.name)')).toEqual([
      [{ 'resource.service.name': 'cart' }, [Number.NaN, 3, Number.NaN]],
      [{ 'resource.service.name': 'web' }, [10, Number.NaN, 0]],
    ])
    expect(seriesOf('{ .n != nil } | quantile_over_time(.n, .5)')).toEqual([
      [{ p: 0.5 }, [1.5, Number.NaN, Number.NaN]],
    ])
    expect(seriesOf('{ duration > 0 } | histogram_over_time(duration)')).toEqual([
      [{ __bucket: 1.073741824 }, [1, 0, 0]],
      [{ __bucket: 17.179869184 }, [1, 0, 0]],
      [{ __bucket: 4.294967296 }, [0, 1, 0]],
    ])
  })

  it('are chosen by their values', () => {
    expect(seriesOf('{} | count_over_time() by (resource.service.name) | topk(1)')).toEqual([
      [{ 'resource.service.name': 'cart' }, [Number.NaN, 2, Number.NaN]],
      [{ 'resource.service.name': 'web' }, [2, Number.NaN, 1]],
    ])
    expect(seriesOf('{} | count_over_time() > 1')).toEqual([
      [{ __name__: 'count_over_time' }, [2, 2, Number.NaN]],
    ])
  })
})
