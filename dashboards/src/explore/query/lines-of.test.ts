import { describe, expect, it } from 'vitest'
import { linesOf } from './lines-of.ts'

describe('the lines of a metric query', () => {
  it.each([
    ['rate({service="web"}[5m])', '{service="web"}'],
    [
      'sum by (level) (count_over_time({} |= "a[b" | json | status >= 500 [1m])) > 2',
      '{} |= "a[b" | json | status >= 500',
    ],
    [
      'quantile_over_time(0.9, {a="{["} | logfmt | unwrap duration(took) | __error__="" [5m])',
      '{a="{["} | logfmt',
    ],
    ['rate({a="b"}[5m]) / rate({c="d"}[5m])', '{a="b"}'],
  ])('of %s are %s', (query, lines) => {
    expect(linesOf(query)).toBe(lines)
  })

  it('are none where the query names none', () => {
    expect([linesOf('vector(1)'), linesOf('rate(x[5m])'), linesOf('{a="b"}')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
