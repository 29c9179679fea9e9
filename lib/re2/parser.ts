import { anyButNewline, anyChar, charSet } from './char-set.ts'
import { readClass, readNamedClass } from './class-parser.ts'
import { Cursor } from './cursor.ts'
import { readEscape } from './escapes.ts'
import { isRepeatable, maxRepeat } from './measure.ts'
import type { Assertion, Node } from './node.ts'

/** Groups inside groups. */
const maxDepth = 1000

export interface Flags {
  /** `i`: case is ignored. */
  ignoreCase: boolean
  /** `m`: ^ and $ are the ends of lines. */
  multiline: boolean
  /** `s`: the dot takes line breaks too. */
  dotAll: boolean
  /** `U`: quantifiers take as little as they can, with ? as much. */
  ungreedy: boolean
}

export interface ParsedPattern {
  node: Node
  /** By group number; undefined for groups without a name, and for 0, the whole match. */
  groupNames: (string | undefined)[]
}

/** Reads a pattern of RE2. Source: https://github.com/google/re2/wiki/Syntax. Errors: RE2_SYNTAX. */
export function parsePattern(pattern: string, flags: Flags): ParsedPattern {
  return new Parser(pattern, flags).pattern()
}

const flagLetters: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  U: 'ungreedy',
}
const assertions: Readonly<Record<string, Assertion>> = {
  A: 'textStart',
  z: 'textEnd',
  b: 'wordBoundary',
  B: 'noWordBoundary',
}
const counts = /\{(\d+)(?:(,)(\d*))?\}/y
const groupName = /\(\?P?<([^>]*)>/y
const flagGroup = /\(\?([imsU]*)(-[imsU]+)?([:)])/y

class Parser {
  readonly #cursor: Cursor
  readonly #names: (string | undefined)[] = [undefined]
  #flags: Flags

  constructor(pattern: string, flags: Flags) {
    this.#cursor = new Cursor(pattern)
    this.#flags = flags
  }

  pattern(): ParsedPattern {
    const node = this.#alternation(0)
    if (!this.#cursor.isEnd)
      throw this.#cursor.error('a ) closes nothing', this.#cursor.at, 'write \\) for a parenthesis itself')
    return { node, groupNames: this.#names }
  }

  #alternation(depth: number): Node {
    if (depth > maxDepth) throw this.#cursor.error('groups are nested too deep', this.#cursor.at)
    const branches = [this.#sequence(depth)]
    while (this.#cursor.takeIf('|')) branches.push(this.#sequence(depth))
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'alternate', branches }
  }

  #sequence(depth: number): Node {
    const cursor = this.#cursor
    const parts: Node[] = []
    while (!cursor.isEnd && !cursor.startsWith('|') && !cursor.startsWith(')')) {
      if (this.#repetition(parts)) continue
      this.#atom(parts, depth)
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'concat', parts }
  }

  /** A quantifier, which takes the part before it. */
  #repetition(parts: Node[]): boolean {
    const cursor = this.#cursor
    const start = cursor.at
    const found = this.#quantifier()
    if (found === undefined) return false
    const body = parts.pop()
    const written = cursor.text.slice(start, cursor.at)
    if (body === undefined)
      throw cursor.error(
        `nothing stands before ${written}`,
        start,
        `write \\${written} for the character itself`,
      )
    const [min, max] = found
    const greedy = cursor.takeIf('?') === this.#flags.ungreedy
    const node: Node = { kind: 'repeat', body, min, max, greedy }
    if (written.startsWith('{') && !isRepeatable(node))
      throw cursor.error(`${written} repeats more than ${maxRepeat} times in all`, start)
    const next = cursor.at
    if (this.#quantifier() !== undefined)
      throw cursor.error(
        `${cursor.text.slice(start, cursor.at)} has two quantifiers in a row`,
        next,
        'put the first with what it repeats in (?: )',
      )
    parts.push(node)
    return true
  }

  #quantifier(): [number, number] | undefined {
    const cursor = this.#cursor
    if (cursor.takeIf('*')) return [0, Number.POSITIVE_INFINITY]
    if (cursor.takeIf('+')) return [1, Number.POSITIVE_INFINITY]
    if (cursor.takeIf('?')) return [0, 1]
    const start = cursor.at
    const found = cursor.match(counts)
    if (found === undefined) return undefined
    const [written, low, comma, high] = found
    const min = Number(low)
    const max = comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (min > maxRepeat || (max > maxRepeat && max !== Number.POSITIVE_INFINITY))
      throw cursor.error(`${written} is more than ${maxRepeat} times`, start)
    if (max < min)
      throw cursor.error(`${written} is the wrong way round`, start, 'write the lower number first')
    return [min, max]
  }

  #atom(parts: Node[], depth: number): void {
    const cursor = this.#cursor
    const { ignoreCase, multiline, dotAll } = this.#flags
    if (cursor.startsWith('(')) this.#group(parts, depth)
    else if (cursor.startsWith('[')) parts.push({ kind: 'chars', set: readClass(cursor, ignoreCase) })
    else if (cursor.startsWith('\\')) this.#escape(parts)
    else if (cursor.takeIf('.')) parts.push({ kind: 'chars', set: dotAll ? anyChar : anyButNewline })
    else if (cursor.takeIf('^')) parts.push({ kind: 'assert', what: multiline ? 'lineStart' : 'textStart' })
    else if (cursor.takeIf('$')) parts.push({ kind: 'assert', what: multiline ? 'lineEnd' : 'textEnd' })
    else parts.push(this.#literal(cursor.take()))
  }

  #literal(code: number): Node {
    return { kind: 'chars', set: charSet([[code, code]], this.#flags.ignoreCase) }
  }

  #escape(parts: Node[]): void {
    const cursor = this.#cursor
    if (cursor.takeIf('\\Q')) {
      this.#quote(parts)
      return
    }
    if (cursor.takeIf('\\C')) {
      parts.push({ kind: 'byte' })
      return
    }
    const mark = cursor.text[cursor.at + 1] ?? ''
    const what = Object.hasOwn(assertions, mark) ? assertions[mark] : undefined
    if (what !== undefined) {
      cursor.at += 2
      parts.push({ kind: 'assert', what })
      return
    }
    const named = readNamedClass(cursor, this.#flags.ignoreCase)
    parts.push(named === undefined ? this.#literal(readEscape(cursor)) : { kind: 'chars', set: named })
  }

  /** `\Q…\E`: every character stands for itself. */
  #quote(parts: Node[]): void {
    const cursor = this.#cursor
    while (!cursor.takeIf('\\E')) {
      if (cursor.isEnd) return
      parts.push(this.#literal(cursor.take()))
    }
  }

  #group(parts: Node[], depth: number): void {
    const cursor = this.#cursor
    const start = cursor.at
    const outer = this.#flags
    let index = -1
    if (cursor.startsWith('(?')) {
      const flags = cursor.match(flagGroup)
      if (flags === undefined) index = this.#namedGroup(start)
      else {
        this.#setFlags(flags[1] ?? '', flags[2] ?? '')
        // until the end of the group around it
        if (flags[3] === ')') return
      }
    } else {
      cursor.at++
      index = this.#names.push(undefined) - 1
    }
    const body = this.#alternation(depth + 1)
    if (!cursor.takeIf(')'))
      throw cursor.error(
        'a group is not closed',
        start,
        'add a closing ), or write \\( for a parenthesis itself',
      )
    this.#flags = outer
    parts.push(index < 0 ? body : { kind: 'group', index, body })
  }

  #setFlags(on: string, off: string): void {
    const flags = { ...this.#flags }
    for (const letter of on) flags[flagLetters[letter] as keyof Flags] = true
    for (const letter of off.slice(1)) flags[flagLetters[letter] as keyof Flags] = false
    this.#flags = flags
  }

  #namedGroup(start: number): number {
    const cursor = this.#cursor
    if (/^\(\?<?[=!]/.test(cursor.text.slice(start, start + 4)))
      throw cursor.error('look-around is not part of RE2', start, 'use several filters, one after the other')
    const name = cursor.match(groupName)?.[1]
    if (name === undefined)
      throw cursor.error(
        `${cursor.text.slice(start, start + 3)} is no group of RE2`,
        start,
        'groups are ( ), (?: ), (?P<name> ) and (?i: ) with the flags i, m, s and U',
      )
    if (!/^\w+$/.test(name))
      throw cursor.error(`'${name}' is no name for a group`, start, 'use letters, digits and _')
    if (this.#names.includes(name))
      throw cursor.error(`two groups have the name ${name}`, start, 'give each a name of its own')
    return this.#names.push(name) - 1
  }
}
