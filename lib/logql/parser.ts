import { nearest } from '../base/index.ts'
import type {
  CompareOperator,
  LabelExpression,
  LineOperator,
  LogQuery,
  Matcher,
  MatchOperator,
  Stage,
} from './ast.ts'
import { QueryError } from './error.ts'
import { type Token, tokenize } from './lexer.ts'
import { checkRegex } from './regex.ts'
import { parseUnit } from './units.ts'
import { parseWords } from './words.ts'

const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~'])
const lineOperators: ReadonlySet<string> = new Set(['|=', '!=', '|~', '!~'])
const compareOperators: ReadonlySet<string> = new Set(['=', '==', '!=', '=~', '!~', '>', '>=', '<', '<='])
const maxStages = 64
const maxDepth = 64

/** What begins as LogQL does: with braces, an operator, or a comparison. Everything else are words. */
const logQl = /^\s*(?:\||!=|!~|["\w.:-]+\s*(?:[<>]=?\s*-?\d|(?:==?|!=|=~|!~)\s*["`]))|[{}`]/

/**
 * Reads a query: LogQL, else plain words and texts in quotes. An empty query is all lines.
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseLogQuery('{service="web"} |= "timeout" | status >= 500').matchers // => [{ label: 'service', operator: '=', value: 'web' }]
 * parseLogQuery('disk full').stages // => [{ kind: 'words', words: ['disk', 'full'] }]
 */
export function parseLogQuery(text: string): LogQuery {
  return logQl.test(text) ? parseCondition(text) : { matchers: [], stages: parseWords(text) }
}

/**
 * Reads what a rule asks of a line: LogQL, of which the selector may be left out, and the first `|` too.
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseCondition('status < 400 |= "healthz"').stages.map(stage => stage.kind) // => ['label', 'line']
 */
export function parseCondition(text: string): LogQuery {
  return new Parser(text).query()
}

class Parser {
  readonly #text: string
  readonly #tokens: Token[]
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokenize(text)
  }

  query(): LogQuery {
    const matchers = this.#peek().text === '{' ? this.#selector() : []
    const stages: Stage[] = []
    if (matchers.length === 0 && this.#next === 0 && !this.#isStage(this.#peek())) stages.push(this.#bare())
    while (this.#peek().kind !== 'end') {
      if (stages.length === maxStages) throw this.#error(`more than ${maxStages} stages`)
      stages.push(this.#stage())
    }
    return { matchers, stages }
  }

  #isStage(token: Token): boolean {
    return token.kind === 'punctuation' && (token.text === '|' || lineOperators.has(token.text))
  }

  /** A condition on labels at the start, without selector and `|`. */
  #bare(): Stage {
    const { kind, text } = this.#peek()
    const isCondition = text === '(' || ((kind === 'name' || kind === 'string') && this.#isComparison())
    if (isCondition) return { kind: 'label', expression: this.#or(0) }
    throw this.#error(
      kind === 'end' ? 'the condition is missing' : 'a query begins with a stream selector or a condition',
      kind === 'string' || kind === 'name'
        ? `write |= ${JSON.stringify(text)} for lines with this text`
        : 'write {service="web"}, or {} for all streams',
    )
  }

  #isComparison(): boolean {
    return compareOperators.has(this.#tokens[this.#next + 1]?.text ?? '')
  }

  #selector(): Matcher[] {
    const open = this.#take()
    const matchers: Matcher[] = []
    while (this.#peek().text !== '}') {
      if (matchers.length > 0 && this.#peek().kind !== 'end')
        this.#expect(',', 'matchers are separated by commas')
      if (this.#peek().text === '}') break
      if (this.#peek().kind === 'end')
        throw this.#errorAt(open, 'the stream selector does not end', 'add a closing }')
      matchers.push(this.#matcher())
    }
    this.#take()
    return matchers
  }

  #matcher(): Matcher {
    const label = this.#name('a label name')
    const operator = this.#take()
    if (!matchOperators.has(operator.text))
      throw this.#errorAt(operator, `found ${describe(operator)}, expected =, !=, =~ or !~ after ${label}`)
    const value = this.#string(`a value for ${label}`)
    if (operator.text.endsWith('~')) checkRegex(value.text, this.#text, value.at)
    return { label, operator: operator.text as MatchOperator, value: value.text }
  }

  #stage(): Stage {
    const token = this.#take()
    if (lineOperators.has(token.text) && token.kind === 'punctuation') return this.#lineFilter(token)
    if (token.text === '|') return { kind: 'label', expression: this.#or(0) }
    const hint = token.text === '}' ? 'remove it' : 'stages begin with |=, !=, |~, !~ or |'
    throw this.#errorAt(token, `unexpected ${describe(token)}`, hint)
  }

  #lineFilter(operator: Token): Stage {
    const values: string[] = []
    do {
      const value = this.#string('a string to look for')
      if (operator.text.endsWith('~')) checkRegex(value.text, this.#text, value.at)
      values.push(value.text)
    } while (this.#takeIf('or'))
    return { kind: 'line', operator: operator.text as LineOperator, values }
  }

  #or(depth: number): LabelExpression {
    let left = this.#and(depth)
    while (this.#takeIf('or')) left = { kind: 'or', left, right: this.#and(depth) }
    return left
  }

  #and(depth: number): LabelExpression {
    let left = this.#term(depth)
    while (this.#takeIf('and') || this.#takeIf(',')) left = { kind: 'and', left, right: this.#term(depth) }
    return left
  }

  #term(depth: number): LabelExpression {
    if (depth > maxDepth) throw this.#error('parentheses are nested too deep')
    if (!this.#takeIf('(')) return this.#comparison()
    const inner = this.#or(depth + 1)
    this.#expect(')', 'a parenthesis is not closed')
    return inner
  }

  #comparison(): LabelExpression {
    const start = this.#peek()
    const label = this.#name('a label name')
    const operator = this.#take()
    if (!compareOperators.has(operator.text)) throw this.#notAComparison(start, operator)
    const op = (operator.text === '==' ? '=' : operator.text) as CompareOperator
    const value = this.#take()
    if (value.kind === 'number' && op !== '=~' && op !== '!~')
      return { kind: 'number', label, operator: op, value: this.#quantity(value) }
    if (value.kind !== 'string')
      throw this.#errorAt(
        value,
        `found ${describe(value)}, expected a value for ${label}`,
        'texts stand in double quotes',
      )
    if (!matchOperators.has(op))
      throw this.#errorAt(
        value,
        `${op} compares numbers, found a text`,
        `write ${label} ${op} 500 without quotes`,
      )
    if (op.endsWith('~')) checkRegex(value.text, this.#text, value.at)
    return { kind: 'text', label, operator: op as MatchOperator, value: value.text }
  }

  #notAComparison(start: Token, operator: Token): QueryError {
    const stages = [
      'json',
      'logfmt',
      'pattern',
      'regexp',
      'unpack',
      'line_format',
      'label_format',
      'unwrap',
      'drop',
      'keep',
    ]
    if (stages.includes(start.text))
      return this.#errorAt(
        start,
        `the stage ${start.text} is not known here`,
        'fields of JSON and logfmt lines are labels already: filter by them as in | status >= 500',
      )
    const like = nearest(start.text, ['service', 'host', 'level'])
    const meant = like === undefined || like === start.text ? undefined : `did you mean ${like}?`
    return this.#errorAt(
      operator,
      `found ${describe(operator)}, expected a comparison after ${start.text}`,
      meant,
    )
  }

  #quantity(token: Token): number {
    const value = parseUnit(token.text)
    if (value === undefined)
      throw this.#errorAt(
        token,
        `${token.text} is not a number`,
        'numbers may end in a unit, as in 250ms, 1m30s or 5MB',
      )
    return value
  }

  #name(what: string): string {
    const token = this.#take()
    // a name with other characters stands in quotes
    if (token.kind === 'name' || (token.kind === 'string' && token.text !== '')) return token.text
    throw this.#errorAt(token, `found ${describe(token)}, expected ${what}`)
  }

  #string(what: string): Token {
    const token = this.#take()
    if (token.kind === 'string') return token
    const hint = token.kind === 'name' ? `write "${token.text}" in quotes` : undefined
    throw this.#errorAt(token, `found ${describe(token)}, expected ${what}`, hint)
  }

  #expect(text: string, otherwise: string): void {
    const token = this.#take()
    if (token.text !== text || token.kind !== 'punctuation')
      throw this.#errorAt(token, `found ${describe(token)}, expected ${text}`, otherwise)
  }

  #takeIf(text: string): boolean {
    const token = this.#peek()
    if (token.text !== text || token.kind === 'string') return false
    this.#next++
    return true
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #take(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#next++
    return token
  }

  #error(message: string, suggestion?: string): QueryError {
    return this.#errorAt(this.#peek(), message, suggestion)
  }

  #errorAt(token: Token, message: string, suggestion?: string): QueryError {
    return new QueryError(message, this.#text, token.at, suggestion)
  }
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the query'
  return token.kind === 'string' ? `the text "${token.text}"` : token.text
}
