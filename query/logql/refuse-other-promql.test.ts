import { describe, expect, it } from 'vitest'
import { type MetricQuery, parseLogQl } from '../../lib/logql/index.ts'
import { checkLogMetrics } from './metrics.ts'

const check = (query: string) => checkLogMetrics(parseLogQl(query) as MetricQuery)
const rate = 'rate({app="x"}[5m])'

describe('metrics over lines', () => {
  it.each([
    [`topk(0, ${rate})`, 6, 'invalid parameter of topk'],
    [`sum(bottomk by (a) (1.5, ${rate}))`, 21, 'invalid parameter of bottomk'],
    [`topk(-1, ${rate})`, 6, 'must be greater than 0'],
    [`${rate} > 5m`, 23, 'a duration is no number'],
    ['"text"', 1, 'a text is no metric'],
    [`label_replace(${rate}, "a", "$1", "b", "[")`, 52, 'invalid regex in label_replace'],
  ])('refuse what PromQL alone reads, with its place: %s', (query, column, message) => {
    expect(() => check(query)).toThrow(
      expect.objectContaining({ column, message: expect.stringContaining(message) }),
    )
  })

  it.each([
    `topk(3, ${rate}) > 300`,
    `approx_topk(2, sum by (a) (${rate}))`,
    `label_replace(${rate}, "a", "$1", "b", "(.*)")`,
    `quantile(0.5, ${rate})`,
    'vector(1) + vector(1)',
  ])('take %s', query => {
    expect(() => check(query)).not.toThrow()
  })
})
