/** What words are made of: see `wordsOf`. */
const inWord = '0-9A-Za-z\\x{80}-\\x{10FFFF}'
const wildWord = /^(?=.*\*)\*?[0-9A-Za-z\u0080-\u{10ffff}]+(?:\*[0-9A-Za-z\u0080-\u{10ffff}]+)*\*?$/u

/**
 * A whole value in which `*` stands for anything, as a regular expression; undefined without one.
 *
 * @example
 * wildValue('err*') // => 'err.*'
 */
export function wildValue(text: string): string | undefined {
  return text.includes('*') ? text.split('*').map(escaped).join('.*') : undefined
}

/**
 * A whole word of a line, in any case, in which `*` stands for anything within it, as a regular expression; undefined where it is
 * no such word.
 */
export function wildWordPattern(word: string): string | undefined {
  if (!wildWord.test(word)) return undefined
  const start = word.startsWith('*') ? '' : `(?:^|[^${inWord}])`
  const end = word.endsWith('*') ? '' : `(?:$|[^${inWord}])`
  const parts = word.split('*').filter(part => part !== '')
  return `(?i)${start}${parts.join(`[${inWord}]*`)}${end}`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\.+?()[\]{}|^$]/g, '\\$&')
}
