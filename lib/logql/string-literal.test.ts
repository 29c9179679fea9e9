import { describe, expect, it } from 'vitest'
import { readStringLiteral } from './string-literal.ts'

describe('strings with the escapes of Go', () => {
  it.each([
    ['"a\\"b"', 'a"b'],
    ["'a\\'b'", "a'b"],
    ['`a\n\\x`', 'a\n\\x'],
    ['"\\xc3\\xa9\\303\\251\\u00e9"', 'ééé'],
    ['"\\xf0\\x9f\\x98\\x80\\U0001F600"', '😀😀'],
    ['"\\x00\\x7f"', '\0\x7f'],
  ])('reads %s', (text, value) => {
    expect(readStringLiteral(text, 0)).toEqual({ value, end: text.length })
  })

  it.each(['"a\\xffz"', '"\\xc3"', '"\\xed\\xa0\\x80"', '"\\303("'])(
    'makes of %s, whose bytes are no UTF-8, no well-formed text',
    text => {
      expect(readStringLiteral(text, 0).value.isWellFormed()).toBe(false)
    },
  )

  it.each([
    ['"a\\\'b"', "unknown escape \\'"],
    ["'a\\\"b'", 'unknown escape \\"'],
    ['"\\ud800"', 'unknown escape \\u'],
    ['"\\400"', 'unknown escape \\4'],
    ['"\\x4"', 'unknown escape \\x'],
    ['"a\nb"', 'the string does not end'],
    ['"a', 'the string does not end'],
  ])('refuses %s', (text, message) => {
    expect(() => readStringLiteral(text, 0)).toThrow(message)
  })
})
