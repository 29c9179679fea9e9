import { RE2JS } from 're2js'
import type { Range } from './char-set.ts'

const digit: readonly Range[] = [[0x30, 0x39]]
const lower: readonly Range[] = [[0x61, 0x7a]]
const upper: readonly Range[] = [[0x41, 0x5a]]
const alpha = [...upper, ...lower]
const word: readonly Range[] = [...digit, ...alpha, [0x5f, 0x5f]]

/** `\d`, `\s` and `\w` are ASCII alone; `\s` has no vertical tab. Source: https://github.com/google/re2/wiki/Syntax */
export const perlClasses: Readonly<Record<string, readonly Range[]>> = {
  d: digit,
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
  w: word,
}

/** `[[:name:]]`. */
export const posixClasses: Readonly<Record<string, readonly Range[]>> = {
  alnum: [...digit, ...alpha],
  alpha,
  ascii: [[0x00, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  digit,
  graph: [[0x21, 0x7e]],
  lower,
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper,
  word,
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
}

const categories = new Set(
  'C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(
    ' ',
  ),
)

/** Whether RE2 knows a Unicode category or script by this name, case included: `Lu`, `Greek`. */
export function isUnicodeName(name: string): boolean {
  if (categories.has(name)) return true
  if (!/^[A-Z][A-Za-z_]{2,}$/.test(name)) return false
  try {
    RE2JS.compile(`\\p{${name}}`)
    return true
  } catch {
    return false
  }
}
