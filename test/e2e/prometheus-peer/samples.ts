import { compareLabels } from '../../../query/promql/column.ts'
import type { MetricMetadata, WrittenHistogram, WrittenSeries, WrittenValue } from './write-request.ts'

/** Between two samples. */
export const everyMs = 15_000
const count = 241

type Labels = Record<string, string>
/** What a series has at its nth sample; undefined: nothing. */
type Make = (i: number) => WrittenValue | undefined

export const metadata: readonly MetricMetadata[] = [
  { name: 'requests_total', type: 'counter', help: 'Requests that were "answered"\\n.', unit: '' },
  { name: 'memory_bytes', type: 'gauge', help: 'Memory in use', unit: 'bytes' },
  { name: 'took_seconds', type: 'histogram', help: 'How long it took', unit: 'seconds' },
]

/**
 * An hour of some eighty series of every kind, each with a sample in 15 seconds from `zeroMs` on; in the order of their labels, since
 * where nothing else decides Prometheus takes those first that came first.
 */
export function writtenSeries(zeroMs: number): WrittenSeries[] {
  return [...counters(), ...gauges(), ...odd(), ...classic()]
    .map(([labels, make]): WrittenSeries => ({ labels, samples: samplesOf(make, zeroMs) }))
    .concat(natives(zeroMs))
    .map(one => withExemplars(one, zeroMs))
    .toSorted((a, b) => compareLabels(a.labels, b.labels))
}

function samplesOf(make: Make, zeroMs: number): [number, WrittenValue][] {
  return Array.from({ length: count }, (_, i) => i).flatMap(i => {
    const value = make(i)
    return value === undefined ? [] : [[zeroMs + i * everyMs, value] as [number, WrittenValue]]
  })
}

function* counters(): Generator<[Labels, Make]> {
  for (const job of ['api', 'shop'])
    for (const instance of ['a:1', 'b:1'])
      for (const [code, factor] of [
        ['200', 7],
        ['404', 1],
        ['500', 0.25],
      ] as const)
        yield [
          { __name__: 'requests_total', job, instance, code, method: code === '404' ? 'POST' : 'GET' },
          i => (i * factor * (job === 'api' ? 1 : 3)) % (instance === 'b:1' ? 700 : 1e9),
        ]
}

function* gauges(): Generator<[Labels, Make]> {
  for (const [n, instance] of ['a:1', 'b:1', 'c:1'].entries()) {
    yield [
      { __name__: 'memory_bytes', job: 'api', instance },
      i => Math.round(1e9 * (1 + Math.sin(i / 10 + n))) / 8,
    ]
    yield [{ __name__: 'up', job: 'api', instance }, i => (n === 1 && i % 50 > 40 ? 0 : 1)]
    yield [
      { __name__: 'target_info', job: 'api', instance, version: `1.${n}`, 'k8s.pod': `pod-${n}` },
      () => 1,
    ]
    yield [{ __name__: 'build_info', job: 'api', instance, version: `2.${n}` }, () => 1]
  }
  yield [{ __name__: 'memory_limit_bytes', job: 'api', instance: 'a:1' }, () => 4e8]
  yield [{ __name__: 'memory_limit_bytes', job: 'api', instance: 'b:1' }, () => 5e8]
  for (let n = 0; n < 12; n++)
    yield [{ __name__: 'level', n: String(n), parity: n % 2 === 0 ? 'even' : 'odd' }, i => (i * (n + 1)) % 17]
}

const oddValues = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e308,
  -1e308,
  5e-324,
  0.1,
  1e21,
  1e-7,
  123456789.125,
]

function* odd(): Generator<[Labels, Make]> {
  yield [{ __name__: 'odd_values', job: 'odd' }, i => oddValues[i % oddValues.length]]
  yield [{ __name__: 'sparse', job: 'odd' }, i => (i % 16 === 0 ? i : undefined)]
  yield [{ __name__: 'gap', job: 'odd' }, i => (i > 80 && i < 140 ? undefined : i)]
  yield [{ __name__: 'ended', job: 'odd' }, i => (i < 120 ? i : i === 120 ? 'stale' : undefined)]
  yield [
    { __name__: 'came_back', job: 'odd' },
    i => (i === 100 ? 'stale' : i > 100 && i < 130 ? undefined : i),
  ]
  yield [{ __name__: 'late', job: 'odd' }, i => (i < 200 ? undefined : i)]
  yield [{ __name__: 'single', job: 'odd' }, i => (i === 150 ? 42 : undefined)]
  yield [{ __name__: 'http.server.requests', job: 'odd', 'service.name': 'web', größe: 'ä' }, i => i * 2]
  yield [
    { __name__: 'http.server.requests', job: 'odd', 'service.name': 'x "y" \\z\n', größe: 'ö' },
    i => i * 3,
  ]
  yield [{ __name__: 'größe_total', job: 'odd' }, i => i]
  yield [{ __name__: 'job:requests:rate5m', job: 'odd' }, i => i / 3]
  yield [{ __name__: 'flip', job: 'odd', side: 'a' }, i => (i % 2 === 0 ? i : undefined)]
  yield [{ __name__: 'flip', job: 'odd', side: 'b' }, i => (i % 2 === 1 ? -i : undefined)]
}

const edges = ['0.1', '0.5', '1', '2.5', '+Inf']

function* classic(): Generator<[Labels, Make]> {
  for (const [n, path] of ['/', '/pay'].entries()) {
    const labels = { job: 'api', instance: 'a:1', path }
    for (const [b, le] of edges.entries())
      yield [{ __name__: 'took_seconds_bucket', ...labels, le }, i => i * (b + 1) * (n + 1)]
    yield [{ __name__: 'took_seconds_sum', ...labels }, i => i * 1.7 * (n + 1)]
    yield [{ __name__: 'took_seconds_count', ...labels }, i => i * edges.length * (n + 1)]
  }
}

function natives(zeroMs: number): WrittenSeries[] {
  const of = (
    labels: Labels,
    from: number,
    to: number,
    make: (i: number) => Omit<WrittenHistogram, 'timeMs'>,
  ) => ({
    labels,
    histograms: Array.from({ length: to - from }, (_, n) => ({
      timeMs: zeroMs + (from + n) * everyMs,
      ...make(from + n),
    })),
  })
  return [
    of({ __name__: 'native_seconds', job: 'api', path: '/' }, 0, count, i => standard(i, 0)),
    of({ __name__: 'native_seconds', job: 'api', path: '/pay' }, 0, count, i => standard(i * 2, 2)),
    of({ __name__: 'native_seconds', job: 'shop', path: '/' }, 0, count, i => standard(i % 100, 1)),
    {
      ...of({ __name__: 'mixed_seconds', job: 'api' }, 100, 200, i => standard(i, 0)),
      samples: Array.from({ length: 100 }, (_, i) => [zeroMs + i * everyMs, i]),
    },
  ]
}

function standard(i: number, schema: number): Omit<WrittenHistogram, 'timeMs'> {
  return {
    schema,
    sum: i * 3.5,
    zeroCount: i,
    zeroThreshold: 0.001,
    positive: { offset: -1, counts: [i, i * 2, 0, i * 3] },
    negative: { offset: 1, counts: [i, i] },
  }
}

function withExemplars(series: WrittenSeries, zeroMs: number): WrittenSeries {
  const { __name__: name, code, job } = series.labels
  if (name !== 'requests_total' || code !== '500' || job !== 'api') return series
  const exemplars = [30, 60, 90].map(i => ({
    labels: { trace_id: i.toString(16).padStart(32, '0'), user: `u${i}` },
    value: i / 4,
    timeMs: zeroMs + i * everyMs,
  }))
  return { ...series, exemplars }
}
