import { expect, it } from 'vitest'
import { unitOf } from './unit-of.ts'

it('tells the unit of a query by its metric, and none of what counts', () => {
  const metrics = ['d_count', 'd_sum', 'd_bucket'].map(name => ({ name, unit: 's' }))
  const of = (query: string) => unitOf(query, [...metrics, { name: 'a_bytes', unit: '' }])
  expect(of('histogram_quantile(0.99, sum by (le) (rate(d_bucket[5m])))')).toBe('s')
  expect(of('sum(rate(d_count[5m]))')).toBe('')
  expect(of('d_count')).toBe('')
  expect(of('d_sum')).toBe('s')
  expect(of('rate(a_bytes[1m])')).toBe('bytes/s')
})
