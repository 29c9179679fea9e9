import { describe, expect, it } from 'vitest'
import { type LogFields, predicateOfFields } from './fields.ts'
import { parseLogQuery, parseSearch } from './parser.ts'

const line: LogFields = {
  service: 'web',
  host: 'h1',
  level: 'error',
  body: 'GET /cart failed\nTimeout after 250ms',
  traceId: 'abc',
  spanId: '',
  attributes: {
    'http.status_code': '500',
    took: '250ms',
    size: '4KiB',
    path: 'hidden',
    span_id: 'b3-7',
    'user-id': '7',
    'x.y_z/w': 'deep',
    '2xx': '3',
  },
  resource: { region: 'eu', path: '/cart' },
}
const matches = (query: string) => predicateOfFields(parseLogQuery(query))(line)

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
    ['nope OR cart', true],
    ['nope OR level:error', true],
    ['cart -timeout', false],
    ['cart -nope', true],
    ['NOT "Timeout after"', false],
    ['level:error -service:web', false],
    ['level:err*', true],
    ['time*', true],
    ['*out cart', true],
    ['T*t', true],
    ['tim*x', false],
    ['imeout*', false],
    ['level:*', true],
    ['nosuch:*', false],
    ['-nosuch:*', true],
    ['cart http.status_code>=500', true],
    ['took>=1s OR size>1KB cart', true],
    ['{} | http_status_code >= 500', true],
    ['{} | http_status_code = 500', true],
    ['{} | http_status_code = "500"', true],
    ['{} | took > 0.2s', true],
    ['{} | took > 250ms', false],
    ['{} | size = 4096', true],
    ['{} | path = "/cart"', true],
    ['{} | trace_id = "abc" | span_id = "b3-7"', true],
    ['{} | spanId = "b3-7"', false],
    ['{} | region = "eu" and (took < 1s or size > 1GB)', true],
    ['{} | path > 5', false],
    ['{} | path != 5', true],
    ['{} | trace_id = "abc"', true],
    ['{"user-id"="7"}', true],
    ['{user_id="7"}', true],
    ['{x_y_z_w="deep"}', true],
    ['{x_y_z_v=""}', true],
    ['{"x.y_z.w"=""}', true],
    ['{http.status_code="500"}', true],
    ['{_2xx="3"}', true],
    ['{"2xx"="3"}', true],
    ['{} |~ "\\\\Qafter 250ms\\\\E\\\\z"', true],
    ['{service=~"(?i)WEB"}', true],
  ])('%s is %s', (query, expected) => {
    expect(matches(query)).toBe(expected)
  })
})

describe('what made a line', () => {
  const scoped = { ...line, scope: 'com.example.Cart', scopeVersion: '1.10' }
  it.each([
    ['{scope_name="com.example.Cart"} | scope_version = "1.10"', scoped, true],
    ['{} | label_format x=scope_version | x = "1.10"', scoped, true],
    ['{} | line_format "{{.scope_name}}" |= "Cart"', scoped, true],
    ['{scope_name="own"}', { ...scoped, attributes: { scope_name: 'own' } }, true],
    ['{scope_name="own"}', { ...scoped, resource: { 'scope.name': 'own' } }, true],
    ['{scope_name="com.example.Cart"}', { ...scoped, attributes: { scope_name: '' } }, true],
    ['{scope_name=""}', line, true],
    ['{scope_name="", scope_version=""}', { ...scoped, scope: 'millrace.file' }, true],
    ['{scope_name="", scope_version="1.10"}', { ...scoped, scope: '' }, true],
  ])('%s', (query, fields, expected) => {
    expect(predicateOfFields(parseSearch(query))(fields)).toBe(expected)
  })
})
