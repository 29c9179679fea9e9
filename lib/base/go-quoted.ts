const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
}
/** What Go does not print as it is: all but letters, marks, numbers, punctuation, symbols and the blank. */
const escaped = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/**
 * A text in double quotes as Go writes it. Bytes that are no UTF-8 are lone surrogates U+DC80 to U+DCFF. Source: Go, strconv.Quote.
 *
 * @example
 * goQuoted('a\x01"ö\u200b') // => '"a\\x01\\"ö\\u200b"'
 */
export function goQuoted(text: string): string {
  return `"${text.replace(escaped, escapeOf)}"`
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) as number
  const hex = (digits: number) => code.toString(16).padStart(digits, '0')
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (code < 0x80) return named[character] ?? `\\x${hex(2)}`
  return code < 0x1_0000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
