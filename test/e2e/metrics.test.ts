import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minute = 60_000
/** Ten minutes ago, at a whole minute. */
const zeroMs = Math.floor(Date.now() / minute) * minute - 10 * minute
const nanos = (ms: number) => String(BigInt(zeroMs + ms) * 1_000_000n)
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
type Json = Record<string, unknown>

interface Series {
  labels: Record<string, string>
  values: (number | null)[]
  histograms?: ({ count: number; sum: number; buckets: unknown[] } | null)[]
}

const cumulative = { aggregationTemporality: 2, isMonotonic: true }
/** One per 15 s over five minutes. */
const each15s = (point: (i: number) => Json) =>
  Array.from({ length: 21 }, (_, i) => ({ timeUnixNano: nanos(i * 15_000), ...point(i) }))

describe.skipIf(reason !== undefined)(
  `metrics from the wire to PromQL${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
    }, 30_000)
    afterAll(() => scene?.close())

    const insert = (
      metrics: Json[],
      resource: Record<string, string> = { 'service.name': 'web', 'host.name': 'h1' },
      scope: Json = { name: 'meter' },
    ) =>
      scene.insert('metrics', {
        resourceMetrics: [
          { resource: { attributes: attributes(resource) }, scopeMetrics: [{ scope, metrics }] },
        ],
      })
    /** The values at one moment, by what a label says. */
    const ask = async (query: string, atMs: number): Promise<Series[]> => {
      const range = { start: String(zeroMs + atMs), end: String(zeroMs + atMs + 1) }
      const { status, body } = await scene.get('/api/metrics/query', { query, ...range, step: '1s' })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      return body['series'] as Series[]
    }
    const valuesBy = async (query: string, atMs: number, label: string) =>
      Object.fromEntries((await ask(query, atMs)).map(s => [s.labels[label] ?? '', s.values[0]]))
    const valuesOf = async (query: string, atMs: number) => (await ask(query, atMs)).map(s => s.values[0])

    it('keep counters of two pods, two namespaces and two scopes apart', async () => {
      const metric = (name: string) => ({
        name,
        sum: { ...cumulative, dataPoints: each15s(i => ({ asInt: String(i * 15) })) },
      })
      await insert([metric('pods')], { 'service.name': 'web', 'k8s.pod.name': 'a' })
      await insert([metric('pods')], { 'service.name': 'web', 'k8s.pod.name': 'b' })
      await insert([metric('spaces')], { 'service.name': 'web', 'service.namespace': 'a' })
      await insert([metric('spaces')], { 'service.name': 'web', 'service.namespace': 'b' })
      await insert([metric('scopes')], { 'service.name': 'web' }, { name: 's1' })
      await insert([metric('scopes')], { 'service.name': 'web' }, { name: 's2' })
      await insert([metric('pids')], { 'service.name': 'web', 'process.pid': '1' })
      await insert([metric('pids')], { 'service.name': 'web', 'process.pid': '2' })
      const one = expect.closeTo(1, 12)
      const rate = (name: string, label: string) => valuesBy(`rate(${name}_total[5m])`, 5 * minute, label)
      expect(await rate('pods', 'k8s_pod_name')).toEqual({ a: one, b: one })
      expect(await rate('spaces', 'job')).toEqual({ 'a/web': one, 'b/web': one })
      expect(await rate('scopes', 'otel_scope_name')).toEqual({ s1: one, s2: one })
      expect(Object.values(await rate('pids', 'otel_resource'))).toEqual([one, one])
    })

    it('say of each resource what is known of it in target_info', async () => {
      await insert([{ name: 'up', gauge: { dataPoints: [{ timeUnixNano: nanos(0), asInt: '1' }] } }], {
        'service.name': 'cart',
        'service.namespace': 'shop',
        'service.instance.id': 'i-1',
        'telemetry.sdk.language': 'go',
      })
      const [info] = await ask('target_info{job="shop/cart"}', 0)
      expect(info).toMatchObject({
        labels: { job: 'shop/cart', instance: 'i-1', telemetry_sdk_language: 'go' },
        values: [1],
      })
      expect(await valuesOf('up{job="shop/cart",instance="i-1"}', 0)).toEqual([1])
    })

    it('keep exponential histograms whole, the first increase of a bucket that fills later too', async () => {
      const point = (i: number, counts: number[]) => ({
        timeUnixNano: nanos(i * 15_000),
        scale: 0,
        zeroCount: '0',
        count: String(counts.reduce((a, b) => a + b)),
        sum: counts.reduce((a, b) => a + b) * 3,
        positive: { offset: 0, bucketCounts: counts.map(String) },
      })
      // 4 a step in (1, 2]; in (4, 8] nothing until the last step, then 8
      const dataPoints = Array.from({ length: 21 }, (_, i) => point(i, [i * 4, 0, i === 20 ? 8 : 0]))
      await insert([
        { name: 'took', unit: 's', exponentialHistogram: { aggregationTemporality: 2, dataPoints } },
      ])
      const at = 5 * minute
      expect(await valuesOf('histogram_count(increase(took_seconds[5m]))', at)).toEqual([88])
      expect(await valuesOf('histogram_sum(increase(took_seconds[5m]))', at)).toEqual([264])
      expect(await valuesOf('histogram_avg(rate(took_seconds[5m]))', at)).toEqual([3])
      const [share] = await valuesOf('histogram_fraction(4, 8, increase(took_seconds[5m]))', at)
      expect(share).toBeCloseTo(8 / 84, 12)
      // between the samples at 15 s and 300 s: 76 in (1, 2] and 8 above, so the median is the 42nd of 76
      const [median] = await valuesOf('histogram_quantile(0.5, rate(took_seconds[5m]))', at)
      expect(median).toBeCloseTo(2 ** (42 / 76), 12)
      expect(await valuesOf('histogram_quantile(1, sum(rate(took_seconds[5m])))', at)).toEqual([8])
      const [now] = await ask('took_seconds', at)
      expect(now?.histograms?.[0]).toEqual({
        count: 88,
        sum: 264,
        buckets: [
          { lower: 1, upper: 2, count: 80 },
          { lower: 4, upper: 8, count: 8 },
        ],
      })
      expect(await ask('took_seconds_bucket', at)).toEqual([])
    })

    it('see a native histogram begin anew, negative and zero buckets and a change of scale', async () => {
      const dataPoints = [
        { scale: 1, zeroCount: '2', count: '12', sum: 1, positive: [4, 2], negative: [3, 1] },
        { scale: 0, zeroCount: '2', count: '14', sum: 2, positive: [8], negative: [4] },
        // began anew
        { scale: 0, zeroCount: '1', count: '3', sum: 3, positive: [1], negative: [1] },
      ].map(({ positive, negative, ...rest }, i) => ({
        ...rest,
        timeUnixNano: nanos(i * minute),
        positive: { offset: 0, bucketCounts: positive.map(String) },
        negative: { offset: 0, bucketCounts: negative.map(String) },
      }))
      await insert([{ name: 'drift', exponentialHistogram: { aggregationTemporality: 2, dataPoints } }])
      const [changed] = await ask('delta(drift[2m1ms])', 2 * minute)
      expect(changed?.histograms?.[0]?.count).toBeCloseTo(3 - 12, 3)
      // 14 - 12, then 3 from zero on
      const [grown] = await valuesOf('histogram_count(increase(drift[2m1ms]))', 2 * minute)
      expect(grown).toBeCloseTo(5, 3)
      // the third of 12 is the second of three in [-√2, -1)
      const [quarter] = await valuesOf('histogram_quantile(0.25, drift)', 0)
      expect(quarter).toBeCloseTo(-(2 ** (1 / 6)), 12)
      const [zero] = await valuesOf('histogram_quantile(0.4, drift)', 0)
      expect(zero).toBeCloseTo(0, 12)
    })

    it('answer from classic buckets, those that were sent with 0 too', async () => {
      const dataPoints = each15s(i => ({
        count: String(i * 4 + (i === 20 ? 4 : 0)),
        sum: i,
        bucketCounts: [String(i * 4), '0', i === 20 ? '4' : '0'],
        explicitBounds: [0.0000001, 5],
      }))
      await insert([{ name: 'size', unit: 'By', histogram: { aggregationTemporality: 2, dataPoints } }])
      const at = 5 * minute
      expect(await valuesBy('increase(size_bytes_bucket[5m])', at, 'le')).toEqual({
        '0.0000001': 80,
        '5': 80,
        '+Inf': 84,
      })
      expect(await valuesOf('histogram_quantile(0.99, rate(size_bytes_bucket[5m]))', at)).toEqual([5])
      expect(await valuesOf('increase(size_bytes_count[5m])', at)).toEqual([84])
      expect(await valuesOf('size_bytes_sum', at)).toEqual([20])
    })

    it('add up what is sent as deltas', async () => {
      const delta = { aggregationTemporality: 1, isMonotonic: true }
      await insert([
        { name: 'hits', sum: { ...delta, dataPoints: each15s(() => ({ asInt: '3' })) } },
        {
          name: 'waits',
          exponentialHistogram: {
            aggregationTemporality: 1,
            dataPoints: each15s(() => ({
              scale: 0,
              count: '2',
              sum: 3,
              positive: { offset: 0, bucketCounts: ['2'] },
            })),
          },
        },
      ])
      expect(await valuesOf('increase(hits_total[5m])', 5 * minute)).toEqual([60])
      expect(await valuesOf('histogram_count(increase(waits[5m]))', 5 * minute)).toEqual([40])
    })

    it('make no sample of a point that says nothing', async () => {
      const dataPoints = [{ timeUnixNano: nanos(0) }]
      await insert([
        { name: 'empty', gauge: { dataPoints } },
        { name: 'empty', sum: { ...cumulative, dataPoints } },
        { name: 'full', gauge: { dataPoints: [{ timeUnixNano: nanos(0), asDouble: 0 }] } },
      ])
      expect(await ask('empty', 0)).toEqual([])
      expect(await ask('empty_total', 0)).toEqual([])
      expect(await valuesOf('full', 0)).toEqual([0])
    })

    it('end a series at once where a point says that there is no value, of every kind', async () => {
      const ended = (ms: number, rest: Json = {}) => ({ timeUnixNano: nanos(ms), flags: 1, ...rest })
      const histogram = { count: '1', sum: 1, bucketCounts: ['1', '0'], explicitBounds: [1] }
      const exponential = { scale: 0, count: '1', sum: 1, positive: { offset: 0, bucketCounts: ['1'] } }
      const quantiles = { quantileValues: [{ quantile: 0.5, value: 2 }] }
      await insert([
        {
          name: 'gone',
          gauge: {
            dataPoints: [
              { timeUnixNano: nanos(0), asInt: '7' },
              ended(15_000),
              { timeUnixNano: nanos(60_000), asInt: '8' },
            ],
          },
        },
        {
          name: 'h',
          histogram: { dataPoints: [{ timeUnixNano: nanos(0), ...histogram }, ended(15_000, histogram)] },
        },
        {
          name: 'e',
          exponentialHistogram: { dataPoints: [{ timeUnixNano: nanos(0), ...exponential }, ended(15_000)] },
        },
        {
          name: 's',
          summary: { dataPoints: [{ timeUnixNano: nanos(0), ...quantiles }, ended(15_000, quantiles)] },
        },
      ])
      const names = ['gone', 'h_bucket{le="1"}', 'h_sum', 'h_count', 's{quantile="0.5"}', 's_count']
      for (const name of names) {
        expect(await valuesOf(name, 14_000)).toHaveLength(1)
        expect(await valuesOf(name, 15_000)).toEqual([])
      }
      expect((await ask('e', 14_000))[0]?.histograms?.[0]?.count).toBe(1)
      expect(await ask('e', 15_000)).toEqual([])
      expect(await valuesOf('gone', 60_000)).toEqual([8])
      // range functions see the samples alone
      expect(await valuesOf('sum_over_time(gone[5m])', 60_000)).toEqual([15])
      expect(await valuesOf('count_over_time(gone[5m])', 16_000)).toEqual([1])
    })

    it('keep exemplars with the series of the bucket that the observation is in', async () => {
      const exemplar = (asDouble: number) => ({
        timeUnixNano: nanos(1),
        asDouble,
        traceId: 'ab'.repeat(16),
        spanId: '12'.repeat(8),
        filteredAttributes: attributes({ user: 'u1' }),
      })
      await insert([
        {
          name: 'seen',
          histogram: {
            dataPoints: [
              {
                timeUnixNano: nanos(0),
                count: '2',
                sum: 8,
                bucketCounts: ['1', '1'],
                explicitBounds: [5],
                exemplars: [exemplar(3), exemplar(6)],
              },
            ],
          },
        },
      ])
      const result = await scene.client.query({
        query: `SELECT e.Value AS value, e.TraceId AS trace, e.SpanId AS span, e.Labels AS labels, s.Labels['le'] AS le,
            toUnixTimestamp64Milli(e.Timestamp) AS ms FROM metric_exemplars AS e
          JOIN metric_series AS s USING (Tenant, Fingerprint) ORDER BY value`,
        format: 'JSONEachRow',
      })
      const shared = { trace: 'ab'.repeat(16), span: '12'.repeat(8), labels: { user: 'u1' } }
      expect(await result.json()).toEqual([
        { ...shared, value: 3, le: '5', ms: zeroMs + 1 },
        { ...shared, value: 6, le: '+Inf', ms: zeroMs + 1 },
      ])
    })

    it('can be asked for by a name in quotes', async () => {
      await insert([{ name: '温度', gauge: { dataPoints: [{ timeUnixNano: nanos(0), asInt: '21' }] } }])
      expect(await valuesOf('{"温度"}', 0)).toEqual([21])
      expect(await valuesOf('max by ("host_name") ({"温度", host="h1"})', 0)).toEqual([21])
    })
  },
)
