import { bytesForm, hasBytesForm, looksAtBytes, matchesInsideCharacter } from './bytes-form.ts'
import { type Finder, finderOf, type Tester, testerOf } from './engine.ts'
import { programSize } from './measure.ts'
import type { Node } from './node.ts'
import { type Flags, parsePattern } from './parser.ts'
import { toClickHouse } from './render.ts'
import { requiredTexts } from './required.ts'
import { Re2SyntaxError } from './syntax-error.ts'
import { takenCharacters } from './taken.ts'
import { Template } from './template.ts'

/** UTF-16 units. */
export const maxPatternLength = 8192
/** Steps of the compiled program, counted quantifiers unrolled; RE2 itself stops at about twice as many. */
const maxProgramSize = 50_000

/**
 * What ClickHouse misreads when it looks in a pattern for texts that must be there, before RE2 is asked: flags inside,
 * quotes, and quantifiers behind characters of several bytes. All else goes to it as written, so that it can look.
 */
const misread = /\(\?(?!:|P?<)|\\Q|[^\x20-\x7e][*?{]/

const beyondAscii = /[\u0080-\u{10ffff}]/u

export interface Re2Options {
  /** The whole text must match. */
  anchored?: boolean
  /** Flags that hold from the start: i, m, s, U. Default: s, as in ClickHouse's `match`. */
  flags?: string
}

export interface Re2Match {
  start: number
  end: number
  /** By number, the whole match first; undefined for a group that took no part. */
  groups: readonly (string | undefined)[]
  /** Start and end of each group in the text; -1 for a group that took no part. */
  ranges: Int32Array
}

/**
 * Compiles a regular expression with RE2's syntax and meaning, by code points, in time linear in the text: see `Re2`.
 *
 * One rule everywhere in the product: the dot takes line breaks too (RE2's flag s, which ClickHouse's `match` sets);
 * `(?-s)` takes it back.
 *
 * Errors: RE2_SYNTAX (a Re2SyntaxError with the place).
 *
 * @example
 * compileRe2('(?i)time\\s*out').test('Time out') // => true
 * compileRe2('\\d+', { anchored: true }).test('7 s') // => false
 */
export function compileRe2(pattern: string, options: Re2Options = {}): Re2 {
  return new Re2(pattern, options)
}

/** A compiled pattern. Engines are made when first used. */
export class Re2 {
  readonly pattern: string
  /** By group number; undefined for groups without a name, and for 0, the whole match. */
  readonly groupNames: readonly (string | undefined)[]
  readonly #node: Node
  readonly #isAnchored: boolean
  readonly #isOfBytes: boolean
  readonly #isMetInside: boolean
  #tester: Tester | undefined
  #finder: Finder | undefined

  constructor(pattern: string, { anchored = false, flags = 's' }: Re2Options) {
    this.pattern = pattern
    if (pattern.length > maxPatternLength)
      throw new Re2SyntaxError(`the pattern is longer than ${maxPatternLength} characters`, maxPatternLength)
    const { node, groupNames } = parsePattern(pattern, flagsOf(flags))
    if (programSize(node) > maxProgramSize)
      throw new Re2SyntaxError(
        'the pattern is too large when its counts are written out',
        0,
        'use smaller counts',
      )
    this.groupNames = groupNames
    this.#isAnchored = anchored
    const whole = anchored ? anchor(node) : node
    this.#isOfBytes = looksAtBytes(node)
    if (this.#isOfBytes && !hasBytesForm(node))
      throw new Re2SyntaxError(
        '\\C together with Unicode classes or cases is not known',
        0,
        'use a dot for \\C',
      )
    this.#isMetInside = matchesInsideCharacter(whole)
    this.#node = whole
  }

  /** Texts that every match has in it, ASCII letters in lower case: see `requiredTexts`. None for patterns of bytes. */
  requiredTexts(): string[] {
    return this.#isOfBytes ? [] : requiredTexts(this.#node)
  }

  /** Whether a match may have a code point in it: see `takenCharacters`. Undefined where the surroundings of a match count. */
  takenCharacters(): ((codePoint: number) => boolean) | undefined {
    return this.#isOfBytes ? undefined : takenCharacters(this.#node)
  }

  /** Whether the text holds a match. */
  test(text: string): boolean {
    this.#tester ??= testerOf(this.#isOfBytes ? bytesForm(this.#node) : this.#node)
    if (this.#tester(this.#isOfBytes ? toBytes(text) : text)) return true
    return this.#isMetInside && beyondAscii.test(text)
  }

  /** The first match at `from` or after it. With `\C`, places and groups are those of the text's UTF-8. */
  exec(text: string, from = 0): Re2Match | undefined {
    const over = this.#isOfBytes ? toBytes(text) : text
    const ranges = this.#find(over, from)
    if (ranges === undefined) return undefined
    const groups = Array.from(this.groupNames, (_, i) => {
      const start = ranges[i * 2] ?? -1
      return start < 0 ? undefined : this.#text(over.slice(start, ranges[i * 2 + 1]))
    })
    return { start: ranges[0] ?? 0, end: ranges[1] ?? 0, groups, ranges }
  }

  /** The text with every match replaced. An empty match right behind another is none, as in RE2 and Go. */
  replaceAll(text: string, replacement: string | Template): string {
    const template = typeof replacement === 'string' ? this.template(replacement) : replacement
    const over = this.#isOfBytes ? toBytes(text) : text
    let out = ''
    let copied = 0
    let lastEnd = -1
    for (let from = 0; from <= over.length; ) {
      const ranges = this.#find(over, from)
      if (ranges === undefined) break
      const [start = 0, end = 0] = ranges
      if (end > start || start !== lastEnd) {
        out += over.slice(copied, start) + template.expand(over, ranges)
        copied = end
        lastEnd = end
      }
      from = end > start ? end : end + widthAt(over, end)
    }
    return lastEnd < 0 ? text : this.#text(out + over.slice(copied))
  }

  /** The pattern as ClickHouse's `match` is to be asked. */
  forClickHouse(): string {
    if (misread.test(this.pattern.replace(/^\(\?i\)/, ''))) return toClickHouse(this.#node)
    return this.#isAnchored ? `^(?:${this.pattern})$` : this.pattern
  }

  /** A replacement, read once for many uses. */
  template(text: string): Template {
    return new Template(this.#isOfBytes ? toBytes(text) : text, this.groupNames)
  }

  #find(text: string, from: number): Int32Array | undefined {
    this.#finder ??= finderOf(this.#isOfBytes ? bytesForm(this.#node) : this.#node)
    return this.#finder(text, from)
  }

  #text(text: string): string {
    return this.#isOfBytes ? Buffer.from(text, 'latin1').toString() : text
  }
}

function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** The code units of the character at a place; 1 at the text's end. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function anchor(node: Node): Node {
  const ends = {
    start: { kind: 'assert', what: 'textStart' },
    end: { kind: 'assert', what: 'textEnd' },
  } as const
  return { kind: 'concat', parts: [ends.start, node, ends.end] }
}

function flagsOf(letters: string): Flags {
  return {
    ignoreCase: letters.includes('i'),
    multiline: letters.includes('m'),
    dotAll: letters.includes('s'),
    ungreedy: letters.includes('U'),
  }
}
