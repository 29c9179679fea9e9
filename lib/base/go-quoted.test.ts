import { expect, it } from 'vitest'
import { goQuoted } from './go-quoted.ts'

// source of the texts: Go's strconv.Quote of the same
it.each([
  ['plain ö 😀 �', '"plain ö 😀 �"'],
  ['"\\', '"\\"\\\\"'],
  ['\x07\b\t\n\v\f\r', '"\\a\\b\\t\\n\\v\\f\\r"'],
  ['\0\x01\x1f\x7f', '"\\x00\\x01\\x1f\\x7f"'],
  ['\u00a0\u00ad\u200b\u2028\ufeff', '"\\u00a0\\u00ad\\u200b\\u2028\\ufeff"'],
  ['\u{e0001}', '"\\U000e0001"'],
  ['\udcff', '"\\xff"'],
])('%j is %s', (text, quoted) => {
  expect(goQuoted(text)).toBe(quoted)
})
