import { describe, expect, it } from 'vitest'
import { HistogramPointReader } from '../../lib/otlp/index.ts'
import { boundText, cumulativeCounts } from './buckets.ts'
import { makeContext, type Origin } from './context.ts'
import { labelName, metricName } from './names.ts'
import { bucketSpans } from './native-histogram.ts'
import { defaultPromoted } from './promoted.ts'
import { makeSeries, seriesLabels } from './series.ts'
import { SeriesCache } from './series-cache.ts'

describe('metric names', () => {
  it.each([
    ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
    ['system.network.io', 'By', 'counter', 'system_network_io_bytes_total'],
    ['system.cpu.utilization', '1', 'gauge', 'system_cpu_utilization_ratio'],
    ['system.memory.usage', 'By', 'gauge', 'system_memory_usage_bytes'],
    ['requests', '{request}', 'counter', 'requests_total'],
    ['requests_total', '', 'counter', 'requests_total'],
    ['total.bytes.read', 'By', 'counter', 'bytes_read_total'],
    ['disk.speed', 'By/s', 'gauge', 'disk_speed_bytes_per_second'],
    ['gc.count', '{gc}/min', 'gauge', 'gc_count_per_min'],
    ['process.uptime', 's', 'counter', 'process_uptime_seconds_total'],
    ['2xx', '', 'gauge', '_2xx'],
    ['a..b--c', '', 'gauge', 'a_b_c'],
    ['odd', 'furlong/fortnight', 'gauge', 'odd_furlong_per_fortnight'],
    ['constructor', 'constructor', 'gauge', 'constructor'],
    ['speed.per.second', 'm/s', 'gauge', 'speed_per_second_meters_per_second'],
    ['rows', 'By{row}', 'gauge', 'rows'],
    ['total.x.total', '', 'counter', 'x_total'],
    ['queue.size', '1', 'updown', 'queue_size'],
    ['hits', '1', 'gauge', 'hits_ratio'],
    ['温度', '', 'gauge', '温度'],
  ])('%s in %s as a %s is %s', (name, unit, type, expected) => {
    expect(metricName(name, unit, type)).toBe(expected)
  })

  it('have labels that Prometheus knows', () => {
    expect(['http.route', 'a-b', '2xx', '_x', '__x'].map(labelName)).toEqual([
      'http_route',
      'a_b',
      'key_2xx',
      'key_x',
      '__x',
    ])
  })
})

describe('series', () => {
  const origin = (resource: Record<string, string>, more: Partial<Origin> = {}): Origin => ({
    resource,
    scopeName: '',
    scopeVersion: '',
    scopeSchemaUrl: '',
    scope: {},
    ...more,
  })
  const contextOf = (resource: Record<string, string>, more?: Partial<Origin>) =>
    makeContext('1', origin(resource, more), new Set(['k8s.pod.name']))
  const context = contextOf({ 'service.name': 'web', 'host.name': 'h1' })
  const family = { type: 'gauge', unit: '', description: '', temporality: '', context }

  it('carry service and host, and keep an attribute of that name beside them', () => {
    const labels = seriesLabels(family, { service: 'mine', 'cpu.id': '0', cpu_id: '1', none: '' })
    expect(makeSeries('x', family, labels).labels).toEqual([
      ['cpu_id', '0;1'],
      ['exported_service', 'mine'],
      ['host', 'h1'],
      ['job', 'web'],
      ['service', 'web'],
    ])
  })

  it('keep to the letter what a Prometheus wrote', () => {
    const written = contextOf({ 'service.name': 'web' }, { scopeName: 'millrace.remote-write' })
    const labels = seriesLabels(
      { ...family, context: written },
      { service: 'mine', 'cpu.id': '0', job: 'web', größe: 'ä', none: '' },
    )
    expect(makeSeries('http.requests', { ...family, context: written }, labels).labels).toEqual([
      ['cpu.id', '0'],
      ['größe', 'ä'],
      ['job', 'web'],
      ['service', 'mine'],
    ])
    expect(written).toMatchObject({ isPrometheus: true, service: 'web', target: undefined })
  })

  it('say once what an attribute and the resource say alike', () => {
    const labels = seriesLabels(family, { host: 'h1' })
    expect(makeSeries('x', family, labels).labels).toEqual([
      ['host', 'h1'],
      ['job', 'web'],
      ['service', 'web'],
    ])
  })

  it('name job and instance, promoted attributes and the scope', () => {
    const { labels, target } = contextOf(
      {
        'service.name': 'web',
        'service.namespace': 'shop',
        'service.instance.id': 'i1',
        'k8s.pod.name': 'p1',
      },
      { scopeName: 'http', scopeVersion: '2', scope: { 'a.b': 'c' } },
    )
    expect(Object.fromEntries(labels)).toEqual({
      service: 'web',
      job: 'shop/web',
      instance: 'i1',
      k8s_pod_name: 'p1',
      otel_scope_name: 'http',
      otel_scope_version: '2',
      otel_scope_a_b: 'c',
      otel_resource: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(Object.fromEntries(target ?? [])).toMatchObject({ job: 'shop/web', k8s_pod_name: 'p1' })
    expect(contextOf({ 'service.name': 'web' }).target).toBeUndefined()
  })

  it('tell resources apart that differ in any attribute', () => {
    const all = [
      { 'service.name': 'web' },
      { 'service.name': 'web', 'k8s.pod.name': 'a' },
      { 'service.name': 'web', 'k8s.pod.name': '' },
      { 'service.name': 'web', 'process.pid': '1' },
      { 'service.name': 'web', 'process.pid': '2' },
      { 'service.name': 'web', 'k8s_pod.name': 'a' },
      { 'service.name': 'web', 'service.namespace': 'a' },
      { 'service.name': 'b/web', 'service.namespace': 'a' },
      { 'service.name': 'web', 'service.namespace': 'a/b' },
    ].map(resource => JSON.stringify([...contextOf(resource).labels].sort()))
    expect(new Set(all).size).toBe(9)
  })

  it('keep an attribute named as a label that the series is told apart by', () => {
    const labels = seriesLabels(family, { le: 'mine', __name__: 'x', exported_service: 'a', service: 'b' })
    expect(makeSeries('x_bucket', family, labels, ['le', '1']).labels).toEqual([
      ['exported___name__', 'x'],
      ['exported_exported_service', 'b'],
      ['exported_le', 'mine'],
      ['exported_service', 'a'],
      ['host', 'h1'],
      ['job', 'web'],
      ['le', '1'],
      ['service', 'web'],
    ])
  })

  it('promote usual attributes without being told', () => {
    expect(defaultPromoted).toContain('k8s.pod.name')
  })

  it('have a fingerprint that depends on name and labels and nothing else', () => {
    const print = (name: string, labels: Record<string, string>, unit = '') => {
      const { fingerprintLow, fingerprintHigh } = makeSeries(
        name,
        { ...family, unit },
        new Map(Object.entries(labels)),
      )
      return `${fingerprintHigh}-${fingerprintLow}`
    }
    expect(print('x', { a: '1', b: '2' })).toBe(print('x', { b: '2', a: '1' }, 's'))
    const others = [
      print('x', { a: '1' }),
      print('y', { a: '1' }),
      print('x', { a1: '' }),
      print('xa', { '': '1' }),
    ]
    expect(new Set(others).size).toBe(4)
  })

  it('are remembered for as long as they are in use', () => {
    const cache = new SeriesCache<number>(2)
    let made = 0
    const get = (key: string) => cache.get(key, () => made++)
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b', 'a']) get(key)
    expect(made).toBe(3)
    for (const key of ['d', 'e', 'f', 'g', 'a']) get(key)
    expect(made).toBe(8)
  })
})

describe('buckets', () => {
  it('of explicit bounds are added up', () => {
    const point = new HistogramPointReader()
    point.bounds = [1, 5]
    point.counts = [1, 2, 3]
    expect(cumulativeCounts(point)).toEqual([1, 3])
  })

  it.each([
    [0.1, '0.1'],
    [5, '5'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-2.5e-9, '-0.0000000025'],
    [1.25e22, '12500000000000000000000'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('ending at %s say so without an exponent', (bound, text) => {
    expect(boundText(bound)).toBe(text)
  })

  it.each([
    // OpenTelemetry's bucket 0 is Prometheus' bucket 1
    [{ offset: 0, counts: [3, 0, 1] }, 0, { offsets: [1], lengths: [3], counts: [3, 0, 1] }],
    [{ offset: -1, counts: [3, 0, 0, 0, 5] }, 0, { offsets: [0, 3], lengths: [1, 1], counts: [3, 5] }],
    [{ offset: 0, counts: [0, 0] }, 0, { offsets: [], lengths: [], counts: [] }],
    [{ offset: -3, counts: [1, 2, 3, 4, 5] }, 1, { offsets: [-1], lengths: [3], counts: [1, 5, 9] }],
    [{ offset: -4, counts: [1, 1, 1, 1] }, 2, { offsets: [0], lengths: [1], counts: [4] }],
  ])('of an exponential histogram stand in spans: %j shifted by %i', (buckets, shift, spans) => {
    expect(bucketSpans(buckets, shift)).toEqual(spans)
  })
})
