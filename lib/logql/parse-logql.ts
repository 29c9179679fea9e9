import { nearest } from '../base/index.ts'
import { type LogQl, type MetricQuery, type RangeAggregation, rangeOperations } from './ast.ts'
import { readLogQuery } from './log-query.ts'
import { readRangeAggregation } from './range-aggregation.ts'
import { describe, LogTokens } from './tokens.ts'
import { readVariants } from './variants.ts'

const maxRanges = 32
const approximateTopk = 'approx_topk'
const operations: ReadonlySet<string> = new Set(rangeOperations)

/**
 * Reads LogQL: lines, or metrics over them. Source: LogQL (https://grafana.com/docs/loki/latest/query/).
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseLogQl('{service="web"}').kind // => 'log'
 * parseLogQl('sum(rate({service="web"}[5m])) > 5') // a metric query: promql is 'sum(r:0                      ) > 5'
 */
export function parseLogQl(text: string): LogQl {
  const tokens = new LogTokens(text)
  const isLog = tokens.isMark('{') || (tokens.isMark('(') && startsWithSelector(tokens))
  if (isLog) return { kind: 'log', query: readAll(tokens) }
  const isOfVariants = tokens.isWord('variants') && tokens.ahead(1).text === '('
  return isOfVariants ? readVariants(tokens, readMetric) : readMetric(tokens)
}

function startsWithSelector(tokens: LogTokens): boolean {
  let ahead = 0
  while (tokens.ahead(ahead).kind === 'punctuation' && tokens.ahead(ahead).text === '(') ahead++
  return tokens.ahead(ahead).kind === 'punctuation' && tokens.ahead(ahead).text === '{'
}

function readAll(tokens: LogTokens) {
  let open = 0
  while (tokens.takesMark('(')) open++
  const query = readLogQuery(tokens)
  for (; open > 0; open--) tokens.expectMark(')', 'a parenthesis is not closed')
  if (tokens.isEnd) return query
  throw tokens.isMark('[')
    ? tokens.error('a range of lines is no answer by itself', tokens.next, 'write count_over_time({…}[5m])')
    : tokens.error(
        `unexpected ${describe(tokens.next)}`,
        tokens.next,
        'stages begin with |=, !=, |~, !~, |>, !> or |',
      )
}

function noMetric(tokens: LogTokens) {
  const before = tokens.before(2)
  const like = before?.kind === 'name' ? nearest(before.text, rangeOperations) : undefined
  const hint = like === undefined ? 'count them, as in count_over_time({…}[5m])' : `did you mean ${like}?`
  return tokens.error('lines are no metric', tokens.next, hint)
}

/** Finds the range aggregations, up to the end or to what ends one of several metrics; what stands between them is PromQL's to read. */
function readMetric(tokens: LogTokens, isPart = false): MetricQuery {
  const ranges: RangeAggregation[] = []
  const approximate = new ApproximateCalls(tokens)
  let promql = blanked(tokens.text.slice(0, tokens.next.at))
  let depth = 0
  while (!tokens.isEnd && !(isPart && depth === 0 && tokens.isMark(',', ')'))) {
    depth += nesting(tokens)
    approximate.look(depth)
    promql += readPart(tokens, ranges)
    approximate.refuseGrouping()
    const next = tokens.isEnd ? tokens.lastEnd : tokens.next.at
    const room = blanked(tokens.text.slice(promql.length, next))
    promql += room === '' && next > tokens.lastEnd ? ' ' : room
  }
  if (promql.trim() === '') throw tokens.error('the query is missing', tokens.next, 'write {service="web"}')
  return { kind: 'metric', ranges, promql, approximate: approximate.places }
}

/** Where `approx_topk` stands, which takes no grouping, neither before its parentheses nor behind them. Source: Loki pkg/logql/syntax. */
class ApproximateCalls {
  readonly places: number[] = []
  readonly #tokens: LogTokens
  /** How deep those are that are not closed yet. */
  readonly #open: number[] = []
  #mayGroup = false

  constructor(tokens: LogTokens) {
    this.#tokens = tokens
  }

  /** Before a token is taken, `depth` parentheses being open behind it. */
  look(depth: number): void {
    const tokens = this.#tokens
    const isName = tokens.isWord(approximateTopk)
    const closes = tokens.isMark(')') && this.#open.at(-1) === depth
    if (isName) this.#open.push(depth)
    if (isName) this.places.push(tokens.next.at)
    if (closes) this.#open.pop()
    this.#mayGroup = isName || closes
  }

  refuseGrouping(): void {
    const tokens = this.#tokens
    if (!this.#mayGroup || !tokens.isWord('by', 'without')) return
    throw tokens.error(
      `grouping is not allowed for ${approximateTopk}`,
      tokens.next,
      `group what it chooses from, as in ${approximateTopk}(5, sum by (path) (…)), or write topk`,
    )
  }
}

/** How much deeper in parentheses what follows is. */
function nesting(tokens: LogTokens): number {
  if (tokens.isMark('(')) return 1
  return tokens.isMark(')') ? -1 : 0
}

/** A range aggregation, which is the next of `ranges` and has its number in PromQL, or any other token. */
function readPart(tokens: LogTokens, ranges: RangeAggregation[]): string {
  const { kind, text, at } = tokens.next
  if (tokens.isMark('{')) throw noMetric(tokens)
  const base = readSignedBase(tokens)
  if (base !== undefined) return base
  const isCall = kind === 'name' && tokens.ahead(1).text === '('
  if (!isCall || !operations.has(text.toLowerCase()))
    return asPromQl(tokens.text.slice(at, tokens.take().end), isCall)
  if (ranges.length === maxRanges) throw tokens.error(`more than ${maxRanges} range aggregations`)
  return `r:${ranges.push(readRangeAggregation(tokens)) - 1}`
}

/** Of a power: a sign before a number belongs to it, as in Loki, and not to the power, as in PromQL. `-2 ^ 2` is 4. */
function readSignedBase(tokens: LogTokens): string | undefined {
  const before = tokens.before(1)
  const isInfix = before?.kind === 'number' || before?.text === ')'
  const isBase = tokens.ahead(1).kind === 'number' && tokens.ahead(2).text === '^'
  if (isInfix || !isBase || !tokens.isMark('+', '-')) return undefined
  return `(${tokens.take().text}${tokens.take().text})`
}

/** A token in the same place: functions are written in any case, and the approximate topk is exact here. */
function asPromQl(token: string, isCall: boolean): string {
  const name = isCall ? token.toLowerCase() : token
  return name.toLowerCase() === approximateTopk ? 'topk'.padEnd(name.length) : name
}

/** What PromQL is not to read, comments too, leaves places as they are. */
function blanked(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
