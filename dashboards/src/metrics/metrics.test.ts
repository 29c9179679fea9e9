import { describe, expect, it } from 'vitest'
import { parsePromQl } from '../../../query/promql/parser.ts'
import { type Built, promQlOf, usualOf } from './build.ts'
import { expanded, metricsSchema } from './view.ts'

describe('a query that is put together', () => {
  const built: Built = { ...usualOf('http_requests_total', 'counter'), by: ['host'] }

  it('is what one mostly wants of a metric', () => {
    expect(promQlOf(built)).toBe('sum by (host) (rate(http_requests_total[5m]))')
    expect(promQlOf(usualOf('memory', 'gauge'))).toBe('memory')
    expect(promQlOf(usualOf('took_seconds_bucket', 'histogram'))).toBe(
      'histogram_quantile(0.99, sum by (le) (rate(took_seconds_bucket[5m])))',
    )
  })

  it('can be read whatever its names and values are', () => {
    const odd: Built = {
      ...built,
      metric: 'http.server "odd"',
      by: ['a.b', 'über'],
      filters: [{ label: 'x-y', operator: '=~', value: 'a"\\\n.*' }],
    }
    expect(() => parsePromQl(promQlOf(odd))).not.toThrow()
    expect(promQlOf(odd)).toContain('{"http.server \\"odd\\"", "x-y"=~')
  })
})

describe('formulas', () => {
  const view = { ...metricsSchema.parse({}), query: 'up', b: 'down', c: '$a / ($a + $b)' }

  it('have the other queries in them', () => {
    expect(expanded(view, 'c')).toBe('(up) / ((up) + (down))')
    expect(expanded({ ...view, d: '100 * $c' }, 'd')).toBe('100 * ((up) / ((up) + (down)))')
  })

  it('are none where they lead to themselves or to nothing', () => {
    expect(expanded({ ...view, b: '$c' }, 'c')).toBeUndefined()
    expect(expanded({ ...view, c: '$f' }, 'c')).toBeUndefined()
  })
})
