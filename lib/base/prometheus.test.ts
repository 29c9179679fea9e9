import { expect, test } from 'vitest'
import { Metrics } from './metrics.ts'
import { formatPrometheus } from './prometheus.ts'

test('counters, gauges and histograms in the text format', () => {
  const metrics = new Metrics()
  metrics.counter('shop.sold', { unit: 'By', description: 'bytes sold' }, { kind: 'a "b"\n\\' }).add(3)
  metrics.gauge('shop.stock', { description: 'things\nin stock' }, () => [
    { labels: { at: 'x' }, value: 1.5 },
    { labels: { at: 'y' }, value: Number.NaN },
  ])
  const time = metrics.histogram('shop.wait', { unit: 'ms', description: 'wait', bounds: [1, 10] })
  for (const ms of [0.5, 5, 7, 100]) time.record(ms)
  expect(formatPrometheus(metrics.collect())).toBe(
    [
      '# HELP shop_sold_bytes_total bytes sold',
      '# TYPE shop_sold_bytes_total counter',
      'shop_sold_bytes_total{kind="a \\"b\\"\\n\\\\"} 3',
      '# HELP shop_stock things\\nin stock',
      '# TYPE shop_stock gauge',
      'shop_stock{at="x"} 1.5',
      'shop_stock{at="y"} NaN',
      '# HELP shop_wait_milliseconds wait',
      '# TYPE shop_wait_milliseconds histogram',
      'shop_wait_milliseconds_bucket{le="1"} 1',
      'shop_wait_milliseconds_bucket{le="10"} 3',
      'shop_wait_milliseconds_bucket{le="+Inf"} 4',
      'shop_wait_milliseconds_sum 112.5',
      'shop_wait_milliseconds_count 4',
      '',
    ].join('\n'),
  )
})
