import type { FilterStage, LabelExpression, NumberOperator } from './ast.ts'
import { QueryError } from './error.ts'
import { refuseLookalike } from './lookalikes.ts'
import { parseUnit } from './units.ts'
import { wildValue, wildWordPattern } from './wildcards.ts'

/** Words as the text index cuts them (ClickHouse's splitByNonAlpha): runs of ASCII letters, digits and all non-ASCII. */
export function wordsOf(text: string): string[] {
  const lower = text.replaceAll(/[A-Z]+/g, run => run.toLowerCase())
  return lower.split(/[^a-z0-9\u0080-\u{10ffff}]+/u).filter(word => word !== '')
}

/**
 * What people type: a sign before it, a field with a text or a number, a text in quotes, or anything else up to a space. A
 * field of any name stands in quotes (`"user-id":42`). A place in a program (`server.go:42`) is no field.
 */
const term =
  /([-!](?=["\p{L}_]))?(?:(?<name>[\p{L}_](?:[\w.]|-(?=\w))*|"(?:[^"\\]|\\.)+"(?=:))(?::?(?<operator>>=|<=|>|<)(?<number>-?\d[\w.]*)|:(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<value>[^\s":/][^\s"]*)))(?!\S)|"(?<phrase>(?:[^"\\]|\\.)*)"(?!\S)|(?<word>\S+))/gsu
/** A file and a line in it, or a machine and a port. */
const placeInProgram = /^(?:[\w.]+\.[a-z]{1,5}|[\w.]*-[\w.-]*):\d+$/

/**
 * Reads what is not LogQL: words, all of which must be in the line, in any case and order; texts in double quotes, which must
 * be there as written; `field:value`, `field>=500`, with `*` for anything in words and values; `OR` between two of them, and `-` or `NOT` before one.
 * Errors: QUERY_INVALID for what looks like another language.
 *
 * @example
 * parseWords('disk "is full"') // => [{ kind: 'words', words: ['disk'] }, { kind: 'line', operator: '|=', values: ['is full'] }]
 */
export function parseWords(text: string): FilterStage[] {
  const groups = groupsIn(text, 0, text.length)
  if (groups.length === 0 && text.trim() !== '' && text.trim() !== '*')
    throw new QueryError(
      'there is no word to look for',
      text,
      0,
      `write {} |= ${JSON.stringify(text.trim())}`,
    )
  return together(groups)
}

/** All groups are asked for, of each any. */
function groupsIn(text: string, from: number, to: number, depth = 0): FilterStage[][] {
  const terms = new Terms(text, to)
  const read = (start: number, end: number) => {
    for (const found of text.slice(start, end).matchAll(term)) {
      const at = start + found.index
      const word = found.groups?.['word']
      if (word === 'OR' || word === '||') terms.operator('OR', at)
      else if (word === 'NOT') terms.operator(word, at)
      else if (word !== 'AND' && word !== '&&') terms.add(stageOf(found, text, at), found[1] !== undefined)
    }
  }
  let at = from
  for (const { open, close, isMinus } of parenthesesIn(text, from, to)) {
    if (depth >= maxDepth) throw new QueryError('parentheses are nested too deeply', text, open)
    read(at, isMinus ? open - 1 : open)
    terms.add(allOf(together(groupsIn(text, open + 1, close, depth + 1))), isMinus)
    at = close + 1
  }
  read(at, to)
  return terms.end()
}

const maxDepth = 20

/**
 * Parentheses around terms that are joined by OR, AND or NOT; any others are part of words, as in `connect(2)`. Errors: QUERY_INVALID
 * where one does not end.
 */
function parenthesesIn(text: string, from: number, to: number) {
  const found: { open: number; close: number; isMinus: boolean }[] = []
  if (!/(?:^|\s)(?:OR|AND|NOT)(?=\s|\()/.test(text)) return found
  const sign = /"(?:[^"\\]|\\.)*"|(?<=^|[\s(])-?\(|[()]/gs
  let depth = 0
  for (const { 0: mark, index } of text.slice(from, to).matchAll(sign)) {
    if (mark.endsWith('(')) {
      if (depth++ === 0)
        found.push({ open: from + index + mark.length - 1, close: -1, isMinus: mark.startsWith('-') })
    } else if (mark === ')' && depth > 0 && --depth === 0)
      (found.at(-1) as { close: number }).close = from + index
  }
  const last = found.at(-1)
  if (last !== undefined && last.close < 0)
    throw new QueryError(
      'a closing ) is missing',
      text,
      last.open,
      'put it behind the last term, or the ( in quotes',
    )
  return found
}

/** One filter that takes what all of them take; undefined where there are none. */
function allOf(stages: readonly FilterStage[]): FilterStage | undefined {
  if (stages.length < 2) return stages[0]
  return { kind: 'not', of: { kind: 'any', of: stages.map(of => ({ kind: 'not', of }) as const) } }
}

/** Terms, with what stands between them: all groups are asked for, of each any. */
class Terms {
  readonly #text: string
  readonly #end: number
  readonly #groups: FilterStage[][] = []
  #joins = false
  #negates = false

  constructor(text: string, end: number) {
    this.#text = text
    this.#end = end
  }

  operator(word: 'OR' | 'NOT', at: number): void {
    const isMisplaced =
      word === 'OR' ? this.#groups.length === 0 || this.#joins || this.#negates : this.#negates
    if (isMisplaced) throw lonely(word, this.#text, at)
    if (word === 'OR') this.#joins = true
    else this.#negates = true
  }

  add(stage: FilterStage | undefined, isMinus: boolean): void {
    if (stage === undefined) return
    const made = this.#negates === isMinus ? stage : ({ kind: 'not', of: stage } as const)
    if (this.#joins) this.#groups.at(-1)?.push(made)
    else this.#groups.push([made])
    this.#joins = this.#negates = false
  }

  end(): FilterStage[][] {
    if (this.#joins || this.#negates)
      throw lonely(
        this.#negates ? 'NOT' : 'OR',
        this.#text,
        this.#text.slice(0, this.#end).trimEnd().length - 1,
      )
    return this.#groups
  }
}

function lonely(word: string, text: string, at: number): QueryError {
  const hint = word === 'OR' ? 'write it as in timeout OR refused' : 'write it as in NOT debug'
  return new QueryError(
    `${word} has nothing to stand before`,
    text,
    at,
    `${hint}; or "${word}" for the word itself`,
  )
}

function stageOf(found: RegExpMatchArray, text: string, at: number): FilterStage | undefined {
  const { phrase, word } = found.groups ?? {}
  if (phrase !== undefined)
    return phrase === '' ? undefined : { kind: 'line', operator: '|=', values: [withoutEscapes(phrase)] }
  if (word === undefined) return fieldOf(found, text, at)
  refuseLookalike(word, text, at)
  const wild = wildWordPattern(word)
  return wild === undefined ? inWords(word) : { kind: 'line', operator: '|~', values: [wild] }
}

function fieldOf(found: RegExpMatchArray, text: string, at: number): FilterStage | undefined {
  const { operator, number, quoted, value = '', name: written = '' } = found.groups ?? {}
  const name = written.startsWith('"') ? withoutEscapes(written.slice(1, -1)) : written
  if (number !== undefined) return label(comparison(name, operator as NumberOperator, number, text, at))
  if (quoted !== undefined) return label(valued(name, withoutEscapes(quoted), false))
  if (placeInProgram.test(`${name}:${value}`)) return inWords(`${name}:${value}`)
  if (value.startsWith('(')) refuseLookalike(`${name}:${value}`, text, at)
  return label(valued(name, value, true))
}

/** Without quotes `*` stands for anything: alone it is any value at all. */
function valued(name: string, given: string, takesWild: boolean): LabelExpression {
  if (takesWild && given === '*') return { kind: 'text', label: name, operator: '!=', value: '' }
  const wild = takesWild ? wildValue(given) : undefined
  return wild === undefined
    ? { kind: 'text', label: name, operator: '=', value: given }
    : { kind: 'text', label: name, operator: '=~', value: wild }
}

function inWords(text: string): FilterStage | undefined {
  const words = wordsOf(text)
  return words.length === 0 ? undefined : { kind: 'words', words }
}

function label(expression: LabelExpression): FilterStage {
  return { kind: 'label', expression }
}

function comparison(
  name: string,
  operator: NumberOperator,
  written: string,
  text: string,
  at: number,
): LabelExpression {
  const value = parseUnit(written)
  if (value !== undefined) return { kind: 'number', label: name, operator, value, written }
  throw new QueryError(
    `${written} is not a number`,
    text,
    at + name.length + operator.length,
    'numbers may end in a unit, as in 250ms, 1m30s or 5MB',
  )
}

/** Words that stand alone are looked for in one go, before all else. */
function together(groups: readonly FilterStage[][]): FilterStage[] {
  const words: string[] = []
  const others: FilterStage[] = []
  for (const group of groups) {
    const [first] = group
    if (group.length > 1) others.push({ kind: 'any', of: group })
    else if (first?.kind === 'words') words.push(...first.words)
    else if (first !== undefined) others.push(first)
  }
  return words.length === 0 ? others : [{ kind: 'words', words }, ...others]
}

function withoutEscapes(phrase: string): string {
  return phrase.replaceAll(/\\(["\\])/g, '$1')
}
