import { describe, expect, it } from 'vitest'
import { compilePredicate } from './evaluate.ts'
import type { LogFields } from './fields.ts'
import { parseLogQuery } from './parser.ts'

const line: LogFields = {
  service: 'web',
  host: 'h1',
  level: 'error',
  body: 'GET /cart failed\nTimeout after 250ms',
  traceId: 'abc',
  spanId: '',
  attributes: { 'http.status_code': '500', took: '250ms', size: '4KiB', path: '/cart' },
  resource: { region: 'eu', path: 'shadowed' },
}
const matches = (query: string) => compilePredicate(parseLogQuery(query))(line)

describe('the meaning of a query', () => {
  it.each([
    ['{service="web"}', true],
    ['{service="we"}', false],
    ['{service=~"we."}', true],
    ['{service=~"w"}', false],
    ['{service!~"w"}', true],
    ['{level!="error"}', false],
    ['{missing=""}', true],
    ['{} |= "failed\\nTime"', true],
    ['{} |= "nope" or "cart"', true],
    ['{} != "nope" or "cart"', false],
    ['{} |~ "(?i)get.*TIMEOUT"', true],
    ['{} !~ "^Timeout"', true],
    ['timeout CART', true],
    ['time', false],
    ['{} | http_status_code >= 500', true],
    ['{} | http_status_code = 500', true],
    ['{} | http_status_code = "500"', true],
    ['{} | took > 0.2s', true],
    ['{} | took > 250ms', false],
    ['{} | size = 4096', true],
    ['{} | path = "/cart"', true],
    ['{} | region = "eu" and (took < 1s or size > 1GB)', true],
    ['{} | path > 5', false],
    ['{} | path != 5', true],
    ['{} | trace_id = "abc"', true],
  ])('%s is %s', (query, expected) => {
    expect(matches(query)).toBe(expected)
  })
})
