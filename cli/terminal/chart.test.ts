import { describe, expect, it } from 'vitest'
import { unitOf } from '../commands/metrics/unit-of.ts'
import { chart } from './chart.ts'
import { plain } from './paint.ts'
import { formatValue } from './units.ts'

describe('values', () => {
  it.each([
    [1_500_000, 'By', '1.5 MB'],
    [1_500_000, 'By/s', '1.5 MB/s'],
    [0.0123, 's', '12.3 ms'],
    [0.0000123, 'seconds', '12.3 µs'],
    [300, 's', '5 min'],
    [12_345, '', '12.3 k'],
    [0.25, '1', '0.25'],
    [7, '{thread}', '7 thread'],
    [-2048, 'bytes', '-2.0 kB'],
  ])('%d of %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text)
  })
})

describe('the unit of an answer', () => {
  const known = [
    { name: 'disk_io_bytes_total', unit: 'By' },
    { name: 'up', unit: '' },
    { name: 'cpu_time', unit: 's' },
  ]
  it.each([
    ['disk_io_bytes_total{device="a"}', 'By'],
    ['sum by (host) (rate(disk_io_bytes_total[5m]))', 'By/s'],
    ['rate(cpu_time[1m])', ''],
    ['count(disk_io_bytes_total)', ''],
    ['disk_io_bytes_total / cpu_time', ''],
    ['up', ''],
    ['unknown_duration_seconds_sum', 'seconds'],
  ])('of %s', (query, unit) => {
    expect(unitOf(query, known)).toBe(unit)
  })
})

describe('a chart', () => {
  it('has both axes, fills what is there and leaves out what is not', () => {
    const format = (value: number) => `${value} B`
    const options = { width: 20, height: 2, startMs: 0, stepMs: 60_000, format, paint: plain }
    expect(chart([0, 8, null, 16], options)).toEqual(['16 B ┤   █', ' 0 B ┤▁█ █', '      00:00 00:03Z'])
    expect(chart([null], options)).toEqual(['(no values)'])
    expect(
      chart(
        Array.from({ length: 200 }, () => 1),
        options,
      )[1],
    ).toHaveLength(5 + 20)
  })
})
