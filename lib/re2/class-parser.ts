import {
  anyChar,
  type CharSet,
  complement,
  normalize,
  type Range,
  type UnicodeClass,
  withAsciiCases,
} from './char-set.ts'
import type { Cursor } from './cursor.ts'
import { readEscape } from './escapes.ts'
import { isUnicodeName, perlClasses, posixClasses } from './named-classes.ts'

const perl = /\\([dswDSW])/y
const unicode = /\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))/uy
const posix = /\[:(\^?)(.*?):\]/suy

/** `\d`, `\pL`, `\p{Greek}` and the like at the cursor; undefined where none stands there. Errors: RE2_SYNTAX. */
export function readNamedClass(cursor: Cursor, ignoreCase: boolean): CharSet | undefined {
  const items = new ClassItems(ignoreCase)
  return items.readNamed(cursor) ? items.toSet(false) : undefined
}

/** A class in brackets, at the cursor's `[`. Errors: RE2_SYNTAX. */
export function readClass(cursor: Cursor, ignoreCase: boolean): CharSet {
  const start = cursor.at
  cursor.at++
  const negated = cursor.takeIf('^')
  const items = new ClassItems(ignoreCase)
  // a ] that stands first is one of the characters
  for (let isFirst = true; isFirst || !cursor.startsWith(']'); isFirst = false) {
    if (cursor.isEnd)
      throw cursor.error(
        'the character class does not end',
        start,
        'add a closing ], or write \\[ for a bracket',
      )
    if (!items.readPosix(cursor) && !items.readNamed(cursor)) items.readRange(cursor)
  }
  cursor.at++
  return items.toSet(negated)
}

/** Gathers what stands in a class. */
class ClassItems {
  readonly #ignoreCase: boolean
  readonly #ranges: Range[] = []
  readonly #unicode: UnicodeClass[] = []
  #fold = false

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase
  }

  toSet(negated: boolean): CharSet {
    return { ranges: normalize(this.#ranges), unicode: this.#unicode, negated, fold: this.#fold }
  }

  readPosix(cursor: Cursor): boolean {
    const start = cursor.at
    const found = cursor.match(posix)
    if (found === undefined) return false
    const [, caret, name = ''] = found
    const ranges = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined
    if (ranges === undefined)
      throw cursor.error(`[:${name}:] is no class`, start, `one of ${Object.keys(posixClasses).join(', ')}`)
    this.#add(ranges, caret === '^')
    return true
  }

  readNamed(cursor: Cursor): boolean {
    const found = cursor.match(perl)
    if (found === undefined) return this.#readUnicode(cursor)
    const name = found[1] as string
    this.#add(perlClasses[name.toLowerCase()] ?? [], name < 'a')
    return true
  }

  #readUnicode(cursor: Cursor): boolean {
    const start = cursor.at
    const found = cursor.match(unicode)
    if (found === undefined) {
      if (!cursor.startsWith('\\p') && !cursor.startsWith('\\P')) return false
      throw cursor.error('the name of a Unicode class is missing', start, 'write as in \\pL or \\p{Greek}')
    }
    const [, sign, caret, long, short] = found
    const name = long ?? short ?? ''
    const negated = (sign === 'P') !== (caret === '^')
    if (name === 'Any') this.#add(anyChar.ranges, negated)
    else if (isUnicodeName(name)) {
      this.#unicode.push({ name, negated })
      this.#fold ||= this.#ignoreCase
    } else
      throw cursor.error(
        `${name} is no Unicode class`,
        start,
        'use a category as in \\pL or a script as in \\p{Greek}',
      )
    return true
  }

  readRange(cursor: Cursor): void {
    const start = cursor.at
    const low = readCharacter(cursor)
    let high = low
    if (cursor.startsWith('-') && cursor.text[cursor.at + 1] !== ']' && cursor.at + 1 < cursor.text.length) {
      cursor.at++
      high = readCharacter(cursor)
      if (high < low)
        throw cursor.error(
          `the range ${cursor.text.slice(start, cursor.at)} is the wrong way round`,
          start,
          'write the lower character first',
        )
    }
    this.#add([[low, high]], false)
  }

  #add(ranges: readonly Range[], negated: boolean): void {
    const all = normalize(this.#ignoreCase ? withAsciiCases(ranges) : ranges)
    this.#ranges.push(...(negated ? complement(all) : all))
    // what \D and the like leave is closed under case already
    if (this.#ignoreCase && !negated) this.#fold ||= ranges.some(([, high]) => high > 0x7f)
  }
}

function readCharacter(cursor: Cursor): number {
  return cursor.startsWith('\\') ? readEscape(cursor) : cursor.take()
}
