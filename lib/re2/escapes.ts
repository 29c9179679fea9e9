import { maxCodePoint } from './char-set.ts'
import type { Cursor } from './cursor.ts'
import type { Re2SyntaxError } from './syntax-error.ts'

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }
const octal = /0[0-7]{0,2}|[1-7][0-7]{1,2}/y
const hexadecimal = /x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y

/** The character that the escape at the cursor's backslash stands for. Errors: RE2_SYNTAX. */
export function readEscape(cursor: Cursor): number {
  const start = cursor.at
  cursor.at++
  if (cursor.isEnd)
    throw cursor.error('a backslash ends the pattern', start, 'write \\\\ for a backslash itself')
  const digits = cursor.match(octal)
  if (digits !== undefined) return Number.parseInt(digits[0], 8)
  const hex = cursor.match(hexadecimal)
  const code = Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16)
  if (code <= maxCodePoint) return code
  const mark = cursor.text[cursor.at] ?? ''
  const control = Object.hasOwn(controls, mark) ? controls[mark] : undefined
  if (hex === undefined && control !== undefined) {
    cursor.at++
    return control
  }
  // any other ASCII character but a letter or a digit stands for itself
  if (hex === undefined && mark < '\x80' && !/[A-Za-z0-9]/.test(mark)) return cursor.take()
  throw unknownEscape(cursor, start)
}

function unknownEscape(cursor: Cursor, start: number): Re2SyntaxError {
  const [, mark = ''] = /^\\(.)/su.exec(cursor.text.slice(start)) ?? []
  if (/[1-9]/.test(mark))
    return cursor.error(
      'backreferences are not part of RE2',
      start,
      'use several filters, one after the other',
    )
  const unicode = /^\\u\{?([0-9A-Fa-f]{2,6})/.exec(cursor.text.slice(start))
  const remedies: Readonly<Record<string, string>> = {
    u: `write \\x{${unicode?.[1] ?? '263a'}} for a character by its number`,
    x: 'write two hexadecimal digits as in \\x7f, or more in braces as in \\x{263a}',
    Z: 'write \\z for the end of the text',
    h: 'write [ \\t] for blanks',
    R: 'write \\r?\\n for a line break',
    K: 'use groups instead',
    G: 'use \\A for the start of the text',
  }
  return cursor.error(`\\${mark} is no escape of RE2`, start, remedies[mark])
}
