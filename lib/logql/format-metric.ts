import { goNumber, goQuoted } from '../base/index.ts'
import type { LogRange, MetricQuery, RangeAggregation } from './ast.ts'
import { QueryError } from './error.ts'
import { fitted, indented, isLong } from './format-parts.ts'
import { formatUnwrap, partsOfQuery } from './format-stage.ts'
import { type Token, tokenize } from './lexer.ts'
import { literalOf } from './literal.ts'
import { decimalText, durationText } from './quantity-text.ts'

/** An expression on one line, and with a line for each part. Source: Loki pkg/logql/syntax, String and Pretty. */
interface Form {
  flat: string
  /** Its own lines, the first of them indented too. */
  split(level: number): string
  /** How tightly an operator binds its sides; undefined for what is none. */
  binds?: number
  /** Of what is no more than a number. */
  literal?: number
}

const operators: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
]
const power = operators.length - 1
const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

export function formatMetric(query: MetricQuery, level = 0): string {
  if (query.variants !== undefined) return formatVariants(query.variants)
  const reader = new MetricReader(query)
  const form = reader.expression(0)
  reader.expectEnd()
  return laidOut(form, level)
}

function formatVariants({ metrics, of }: NonNullable<MetricQuery['variants']>): string {
  const listed = metrics.map(metric => formatMetric(metric, 1)).join(',\n')
  return `variants(\n${listed}\n) of (\n${fitted(partsOfQuery(of.query), 1)} ${rangeText(of)}\n)`
}

function laidOut({ flat, split }: Form, level: number): string {
  return isLong(flat) ? split(level) : indented(level, flat)
}

/** Reads a metric query again, which is right: where its operators and calls stand in each other. */
class MetricReader {
  readonly #ranges: readonly RangeAggregation[]
  readonly #approximate: ReadonlySet<number>
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor({ ranges, promql, approximate }: MetricQuery) {
    this.#ranges = ranges
    this.#approximate = new Set(approximate)
    this.#text = promql
    this.#tokens = tokenize(promql)
  }

  /** What is joined by operators that bind at least so tightly. */
  expression(least: number): Form {
    let left = this.#operand()
    for (;;) {
      const operator = this.#next.kind === 'string' ? '' : this.#next.text.toLowerCase()
      const binds = operators.findIndex(some => some.includes(operator))
      if (binds < least) return left
      this.#at++
      const [short, long] = this.#matching(operator)
      const right = this.expression(binds === power ? binds : binds + 1)
      left = binaryOf(left, [short, long], right, binds)
    }
  }

  /** PromQL has more than LogQL: subqueries, `@`, `offset` of an instant. Errors: QUERY_INVALID. */
  expectEnd(): void {
    const { kind, text, at } = this.#next
    if (kind !== 'end') throw new QueryError(`unexpected ${text}`, this.#text, at)
  }

  #operand(): Form {
    const { kind, text, at } = this.#take()
    if (kind === 'string') return leaf(goQuoted(text))
    if (kind === 'number') return numberOf(text)
    if (text === '+' || text === '-') return signed(text, this.#operand())
    if (text === '(') {
      const inner = this.expression(0)
      this.#at++
      return inner
    }
    if (text.startsWith('r:')) return rangeOf(this.#ranges[Number(text.slice(2))] as RangeAggregation)
    return this.#call(this.#approximate.has(at) ? `approx_${text}` : text.toLowerCase())
  }

  /** Labels of its groups stand before or behind what is called. */
  #call(name: string): Form {
    const before = this.#grouping()
    if (!this.#takes('(')) return leaf(name)
    const parts: Form[] = []
    while (!this.#takes(')')) {
      parts.push(this.expression(0))
      this.#takes(',')
    }
    const [only] = parts
    if (name === 'vector' && only !== undefined) return leaf(`vector(${Number(only.flat).toFixed(6)})`)
    return callOf(name, before ?? this.#grouping(), parts)
  }

  #grouping(): Grouping | undefined {
    const { text } = this.#next
    if (!/^(by|without)$/i.test(text)) return undefined
    this.#at++
    return { isBy: text.toLowerCase() === 'by', labels: this.#labels() ?? [] }
  }

  /** An operator with what it matches by, for one line and for many. */
  #matching(operator: string): [short: string, long: string] {
    const [short, long] = [[operator], [operator]]
    while (/^(bool|on|ignoring|group_left|group_right)$/i.test(this.#next.text)) {
      const word = this.#take().text.toLowerCase()
      const labels = word === 'bool' ? undefined : this.#labels()
      const isGrouped = /^group_/i.test(this.#next.text)
      if (word === 'ignoring' && labels?.length === 0 && !isGrouped) continue
      for (const [words, between] of [
        [short, ','],
        [long, ', '],
      ] as const)
        words.push(...matchingWords(word, labels, isGrouped, between))
    }
    return [short.join(' '), long.join(' ')]
  }

  #labels(): string[] | undefined {
    if (!this.#takes('(')) return undefined
    const labels: string[] = []
    while (!this.#takes(')')) if (!this.#takes(',')) labels.push(labelText(this.#take().text))
    return labels
  }

  #takes(mark: string): boolean {
    const isNext =
      this.#next.kind === 'end' || (this.#next.kind === 'punctuation' && this.#next.text === mark)
    if (isNext) this.#at++
    return isNext
  }

  #take(): Token {
    const token = this.#next
    this.#at++
    return token
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token
  }
}

interface Grouping {
  isBy: boolean
  labels: readonly string[]
}

/** `on (a, b)`, which leaves room for a group that is not there, as in Loki. */
function matchingWords(
  word: string,
  labels: readonly string[] | undefined,
  isGrouped: boolean,
  between: string,
): string[] {
  const isGroup = word.startsWith('group')
  if (labels === undefined || (isGroup && labels.length === 0)) return [word]
  return [word, `(${labels.join(between)})`, ...(isGroup || isGrouped ? [] : [''])]
}

function leaf(flat: string): Form {
  return { flat, split: level => indented(level, flat) }
}

function signed(sign: string, of: Form): Form {
  if (of.literal !== undefined) return literalForm(sign === '+' ? of.literal : -of.literal)
  return leaf(sign === '+' ? of.flat : `-${of.flat}`)
}

function literalForm(value: number): Form {
  return { ...leaf(goNumber(value)), literal: value }
}

function numberOf(text: string): Form {
  const value = Number(text)
  return Number.isFinite(value) ? literalForm(value) : leaf(text)
}

/** What binds less keeps its parentheses: on one line all operators have theirs. Of two numbers there is what they make. */
function binaryOf(left: Form, [short, long]: [string, string], right: Form, binds: number): Form {
  const made = literalOf(left.literal, long, right.literal)
  if (made !== undefined) return literalForm(made)
  const side = (form: Form, least: number, level: number) =>
    (form.binds ?? power + 1) < least && isLong(form.flat)
      ? `${indented(level, '(')}\n${form.split(level + 1)}\n${indented(level, ')')}`
      : laidOut(form, level)
  const isRight = binds === power
  return {
    flat: `(${left.flat} ${short} ${right.flat})`,
    binds,
    split: level =>
      [
        side(left, isRight ? binds + 1 : binds, level + 1),
        indented(level, long),
        side(right, isRight ? binds : binds + 1, level + 1),
      ].join('\n'),
  }
}

function callOf(name: string, grouping: Grouping | undefined, parts: readonly Form[]): Form {
  const isOfAll = grouping === undefined || (grouping.isBy && grouping.labels.length === 0)
  const head = (between: string) => (isOfAll ? name : `${name} ${groupingText(grouping, between)}`)
  return {
    flat: `${head(',')}(${parts.map(({ flat }) => flat).join(',')})`,
    split: level =>
      `${indented(level, head(', '))}(\n${parts.map(part => laidOut(part, level + 1)).join(',\n')}\n${indented(level, ')')}`,
  }
}

function rangeOf(of: RangeAggregation): Form {
  const { operation, parameter, query, unwrap, rangeMs, offsetMs, grouping } = of
  const shortOffset = offsetMs === 0 ? '' : ` offset ${durationText(offsetMs / 1000)}`
  const lines = partsOfQuery(query)
  const values = unwrap === undefined ? [] : formatUnwrap(unwrap)
  const groups = grouping && { ...grouping, labels: grouping.labels.map(labelText) }
  const tail = (between: string) => (groups === undefined ? '' : ` ${groupingText(groups, between)}`)
  const given = parameter === undefined ? '' : decimalText(parameter)
  return {
    flat: `${operation}(${given === '' ? '' : `${given},`}${[...lines, ...values].join(' ')}[${spanText(rangeMs)}]${shortOffset})${tail(',')}`,
    split: level => {
      const inner = [fitted(lines, level + 1), ...values.map(value => indented(level + 2, value))].join('\n')
      const before = given === '' ? '' : `${indented(level + 1, given)},\n`
      return `${indented(level, operation)}(\n${before}${inner} ${rangeText(of)}\n${indented(level, ')')}${tail(', ')}`
    },
  }
}

function groupingText({ isBy, labels }: Grouping, between: string): string {
  return `${isBy ? 'by' : 'without'} (${labels.join(between)})`
}

function labelText(label: string): string {
  return /^[A-Za-z_][\w.]*$/.test(label) ? label : goQuoted(label)
}

function rangeText({ rangeMs, offsetMs }: LogRange): string {
  return `[${spanText(rangeMs)}]${offsetMs === 0 ? '' : ` offset ${spanText(offsetMs)}`}`
}

/** `90000` is `1m30s`. Source: Prometheus common/model, Duration.String. */
function spanText(ms: number): string {
  let left = Math.abs(ms)
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    // years and weeks only where they are whole
    if (count === 0 || ((unit === 'y' || unit === 'w') && left % size !== 0)) continue
    text += `${count}${unit}`
    left -= count * size
  }
  return (ms < 0 ? '-' : '') + text
}
