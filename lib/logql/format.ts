import type { MetricQuery, RangeAggregation } from './ast.ts'
import { formatUnwrap, partsOfQuery } from './format-stage.ts'
import { type Token, tokenize } from './lexer.ts'
import { parseLogQl } from './parse-logql.ts'

/** Labels in parentheses follow, or may. */
const listNames: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
])
/** Between numbers. */
const wordNames: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'bool', 'inf', 'nan'])
const maxLineLength = 100
const indent = '  '
const units = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/**
 * A query in one form: on one line where that is short, else with a line for each stage. Comments are lost. Source: Loki
 * pkg/logql/syntax/prettier.go. Errors: QUERY_INVALID.
 *
 * @example
 * formatLogQl('{a="b",c="d"}|json|x>5') // => '{a="b", c="d"} | json | x>5'
 */
export function formatLogQl(text: string): string {
  const parsed = parseLogQl(text)
  return parsed.kind === 'log' ? fitted(partsOfQuery(parsed.query), 0) : new MetricForm(parsed).text()
}

function fitted(parts: readonly string[], level: number): string {
  const flat = parts.join(' ')
  if (flat.length <= maxLineLength) return indent.repeat(level) + flat
  const [first = '', ...rest] = parts
  return [indent.repeat(level) + first, ...rest.map(part => indent.repeat(level + 1) + part)].join('\n')
}

/** A call with its parts, or a piece of text. */
type Piece = string | Call
interface Call {
  head: string
  parts: Piece[][]
  /** What stands behind it. */
  tail: string
}

/** A metric query as calls in calls: those that are too long for a line have a line for each part. */
class MetricForm {
  readonly #ranges: readonly RangeAggregation[]
  readonly #tokens: readonly Token[]
  #at = 0

  constructor({ ranges, promql }: MetricQuery) {
    this.#ranges = ranges
    this.#tokens = tokenize(promql)
  }

  text(): string {
    return written(this.#pieces(), 0).trim()
  }

  /** Up to a comma, a closing parenthesis or the end. */
  #pieces(): Piece[] {
    const pieces: Piece[] = []
    for (;;) {
      const token = this.#next
      if (token.kind === 'end' || isMark(token, ')') || isMark(token, ',')) return pieces
      const isCall = token.kind === 'name' && !listNames.has(token.text) && !wordNames.has(token.text)
      if (isCall || isMark(token, '(')) pieces.push(this.#call())
      else pieces.push(this.#plain())
    }
  }

  #call(): Piece {
    const token = this.#next
    if (token.text.startsWith('r:')) {
      this.#at++
      return callOf(this.#ranges[Number(token.text.slice(2))] as RangeAggregation)
    }
    let head = ''
    if (token.kind === 'name') {
      this.#at++
      head = token.text
      if (listNames.has(this.#next.text)) head += ` ${this.#plain()}`
    }
    if (!isMark(this.#next, '(')) return head
    const parts = this.#parts()
    const hasTail = token.kind === 'name' && ['by', 'without'].includes(this.#next.text)
    return { head, parts, tail: hasTail ? ` ${this.#plain()}` : '' }
  }

  #parts(): Piece[][] {
    const parts: Piece[][] = []
    do {
      this.#at++
      parts.push(this.#pieces())
    } while (isMark(this.#next, ','))
    this.#at++
    return parts
  }

  /** A token, with its list of labels where it takes one. */
  #plain(): string {
    const token = this.#next
    this.#at++
    if (token.kind === 'string') return JSON.stringify(token.text)
    if (!listNames.has(token.text) || !isMark(this.#next, '(')) return token.text
    const labels: string[] = []
    for (this.#at++; !isMark(this.#next, ')') && this.#next.kind !== 'end'; this.#at++)
      if (!isMark(this.#next, ',')) labels.push(this.#next.text)
    this.#at++
    return `${token.text} (${labels.join(', ')})`
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token
  }
}

function callOf({
  operation,
  parameter,
  query,
  unwrap,
  rangeMs,
  offsetMs,
  grouping,
}: RangeAggregation): Piece {
  const offset = offsetMs === 0 ? '' : ` offset ${durationText(offsetMs)}`
  const lines = [...partsOfQuery(query), ...(unwrap === undefined ? [] : formatUnwrap(unwrap))]
  const last = lines.length - 1
  const parts = lines.with(last, `${lines[last]} [${durationText(rangeMs)}]${offset}`)
  return {
    head: operation,
    parts: [...(parameter === undefined ? [] : [[String(parameter)]]), parts],
    tail:
      grouping === undefined ? '' : ` ${grouping.isBy ? 'by' : 'without'} (${grouping.labels.join(', ')})`,
  }
}

function written(pieces: readonly Piece[], level: number): string {
  const one = flat(pieces)
  const [only] = pieces
  if (one.length <= maxLineLength) return indent.repeat(level) + one
  if (pieces.every(piece => typeof piece === 'string')) return fitted(pieces as readonly string[], level)
  if (pieces.length > 1) return pieces.map(piece => written([piece], level)).join('\n')
  if (typeof only !== 'object') return indent.repeat(level) + one
  const inner = only.parts.map(part => written(part, level + 1)).join(',\n')
  const pad = indent.repeat(level)
  return `${pad}${only.head}(\n${inner}\n${pad})${only.tail}`
}

function flat(pieces: readonly Piece[]): string {
  return pieces
    .map(piece =>
      typeof piece === 'string' ? piece : `${piece.head}(${piece.parts.map(flat).join(', ')})${piece.tail}`,
    )
    .join(' ')
}

/** `90000` is `1m30s`. */
function durationText(ms: number): string {
  let left = Math.abs(ms)
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    // weeks only where they are whole, as Prometheus has it
    if (count === 0 || ((unit === 'w' || unit === 'd') && left % size !== 0)) continue
    text += `${count}${unit}`
    left -= count * size
  }
  return (ms < 0 ? '-' : '') + text
}

function isMark(token: Token, mark: string): boolean {
  return token.kind === 'punctuation' && token.text === mark
}
