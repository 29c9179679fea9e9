import { describe, expect, it } from 'vitest'
import { addMatcher } from './filters.ts'

describe('filtering by a click', () => {
  it.each([
    ['', 'service', '=', 'web', '{service="web"}'],
    ['{}', 'service', '=', 'web', '{service="web"}'],
    ['{host="a,b"} |= "x"', 'service', '!=', 'web', '{host="a,b", service!="web"} |= "x"'],
    ['{service="web"}', 'service', '=', 'web', '{service="web"}'],
    ['{service="web"}', 'service', '!=', 'web', '{service!="web"}'],
    ['{service!="web", host="h"}', 'service', '=', 'web', '{host="h", service="web"}'],
    ['disk full', 'level', '=', 'error', '{level="error"} |~ "(?i)disk" |~ "(?i)full"'],
    ['|= "x"', 'level', '=', 'a"b', '{level="a\\"b"} |= "x"'],
  ] as const)('%s and %s%s%s is %s', (query, label, operator, value, expected) => {
    expect(addMatcher(query, label, operator, value)).toBe(expected)
  })
})
