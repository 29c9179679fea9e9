import { describe, expect, it } from 'vitest'
import { ExponentialPointReader, HistogramPointReader } from '../../lib/otlp/index.ts'
import { explicitBuckets, exponentialBuckets } from './buckets.ts'
import { labelName, metricName } from './names.ts'
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
    ['gc.count', '{gc}/min', 'gauge', 'gc_count_per_minute'],
    ['process.uptime', 's', 'counter', 'process_uptime_seconds_total'],
    ['2xx', '', 'gauge', '_2xx'],
    ['a..b--c', '', 'gauge', 'a_b_c'],
    ['odd', 'furlong/fortnight', 'gauge', 'odd_furlong_per_fortnight'],
    ['constructor', 'constructor', 'gauge', 'constructor'],
  ])('%s in %s as a %s is %s', (name, unit, type, expected) => {
    expect(metricName(name, unit, type)).toBe(expected)
  })

  it('have labels that Prometheus knows', () => {
    expect(['http.route', 'a-b', '2xx', '_x'].map(labelName)).toEqual(['http_route', 'a_b', 'key_2xx', '_x'])
  })
})

describe('series', () => {
  const family = {
    type: 'gauge',
    unit: '',
    description: '',
    temporality: '',
    service: 'web',
    host: 'h1',
    instance: '',
  }

  it('carry service and host, and keep an attribute of that name beside them', () => {
    const labels = seriesLabels(family, { service: 'mine', 'cpu.id': '0', cpu_id: '1', none: '' })
    expect(makeSeries('x', family, labels).labels).toEqual([
      ['cpu_id', '0;1'],
      ['exported_service', 'mine'],
      ['host', 'h1'],
      ['service', 'web'],
    ])
  })

  it('say once what an attribute and the resource say alike', () => {
    const labels = seriesLabels(family, { host: 'h1' })
    expect(makeSeries('x', family, labels).labels).toEqual([
      ['host', 'h1'],
      ['service', 'web'],
    ])
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
    expect(explicitBuckets(point)).toEqual({ bounds: [1, 5], cumulative: [1, 3] })
  })

  it('of an exponential histogram hold every observation at or below their bound', () => {
    const point = new ExponentialPointReader()
    point.scale = 0
    point.zeroCount = 2
    point.positive = { offset: 0, counts: [3, 0, 1] }
    point.negative = { offset: 1, counts: [4] }
    expect(exponentialBuckets(point)).toEqual({ bounds: [-2, 0, 2, 8], cumulative: [4, 6, 9, 10] })
  })

  it('of a fine histogram are merged without losing any', () => {
    const point = new ExponentialPointReader()
    point.scale = 5
    point.positive = { offset: -16, counts: Array.from({ length: 64 }, () => 1) }
    const { bounds, cumulative } = exponentialBuckets(point)
    expect(bounds).toEqual(
      [2 ** -0.25, 1, 2 ** 0.25, 2 ** 0.5, 2 ** 0.75, 2, 2 ** 1.25, 2 ** 1.5].map(n => n),
    )
    expect(cumulative.at(-1)).toBe(64)
  })
})
