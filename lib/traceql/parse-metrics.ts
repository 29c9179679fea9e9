import { nearest } from '../base/index.ts'
import type { Expression, Field, MetricsName, MetricsStage, SeriesStage } from './ast.ts'
import { aggregateNames, metricsNames, stageNames } from './names.ts'
import { parseExpression } from './parse-expression.ts'
import { fieldList } from './parse-pipeline.ts'
import { describe, type TokenReader } from './reader.ts'
import { typeOf } from './types.ts'

const maxQuantiles = 20
const maxTop = 1000

/** What stands behind the `|` after the sets of spans: one stage that makes series. Errors: QUERY_INVALID. */
export function parseMetrics(reader: TokenReader): MetricsStage {
  const token = reader.take()
  if (token.kind === 'name' && token.text === 'compare') return compare(reader)
  if (token.kind !== 'name' || !metricsNames.has(token.text)) {
    const like = nearest(token.text, [...metricsNames, ...aggregateNames, ...stageNames, 'compare'])
    const hint = like === undefined ? 'as in | count() > 2 or | rate()' : `did you mean ${like}?`
    throw reader.error(token, `found ${describe(token)}, expected a stage`, hint)
  }
  return overTime(reader, token.text as MetricsName)
}

function overTime(reader: TokenReader, name: MetricsName): MetricsStage {
  reader.expect('(')
  const of = name === 'rate' || name === 'count_over_time' ? undefined : measured(reader, name)
  const quantiles: number[] = []
  if (name === 'quantile_over_time') while (reader.takeIf(',')) quantiles.push(quantile(reader))
  const token = reader.next
  if (name === 'quantile_over_time' && (quantiles.length === 0 || quantiles.length > maxQuantiles))
    throw reader.error(token, `quantile_over_time takes 1 to ${maxQuantiles} quantiles, as in (duration, .9)`)
  reader.expect(')')
  return { kind: 'overTime', name, of, quantiles, by: groups(reader) }
}

function groups(reader: TokenReader): Field[] {
  if (!reader.isName('by')) return []
  reader.take()
  return fieldList(reader)
}

function measured(reader: TokenReader, name: MetricsName): Expression {
  const token = reader.next
  const of = parseExpression(reader)
  if (!['number', 'any'].includes(typeOf(of)))
    throw reader.error(token, `${name} is of numbers, found a ${typeOf(of)}`)
  return of
}

function quantile(reader: TokenReader): number {
  const token = reader.take()
  if (token.kind !== 'number' || token.value < 0 || token.value > 1)
    throw reader.error(token, `found ${describe(token)}, expected a quantile from 0 to 1`)
  return token.value
}

/** `compare({selection}, top, start, end)`; times are nanoseconds since 1970. */
function compare(reader: TokenReader): MetricsStage {
  reader.expect('(')
  reader.expect('{')
  const selection: Expression = reader.isMark('}')
    ? { kind: 'literal', type: 'boolean', value: true }
    : parseExpression(reader)
  reader.expect('}')
  const numbers: number[] = []
  while (reader.takeIf(',')) numbers.push(whole(reader, Number.MAX_VALUE))
  const token = reader.next
  if (numbers.length > 3 || numbers.length === 2)
    throw reader.error(token, 'compare takes a selection, a number of values, a start and an end')
  reader.expect(')')
  const [top = 10, startNs = 0, endNs = 0] = numbers
  return { kind: 'compare', selection, top: Math.min(top, maxTop), startNs, endNs }
}

function whole(reader: TokenReader, most: number): number {
  const token = reader.take()
  if (token.kind !== 'number' || !Number.isInteger(token.value) || token.value < 1 || token.value > most)
    throw reader.error(token, `found ${describe(token)}, expected a whole number`)
  return token.value
}

const maxSeriesStages = 16

/** What is done with the series: comparisons, and functions behind a `|`, in any order. */
export function parseSeriesStages(reader: TokenReader): SeriesStage[] {
  const stages: SeriesStage[] = []
  for (;;) {
    const stage = parseSeriesFilter(reader) ?? (reader.takeIf('|') ? parseSeriesStage(reader) : undefined)
    if (stage === undefined) return stages
    if (stages.push(stage) > maxSeriesStages) throw reader.error(reader.next, 'too many stages')
  }
}

function parseSeriesStage(reader: TokenReader): SeriesStage {
  const token = reader.take()
  if (token.kind === 'name' && (token.text === 'topk' || token.text === 'bottomk')) {
    reader.expect('(')
    const count = whole(reader, maxTop)
    reader.expect(')')
    return { kind: token.text, count }
  }
  throw reader.error(token, `found ${describe(token)}, expected topk(n) or bottomk(n)`)
}

/** A comparison behind the stage, as in `| rate() > 5`. */
function parseSeriesFilter(reader: TokenReader): SeriesStage | undefined {
  const token = reader.next
  if (token.kind !== 'mark' || !['=', '!=', '>', '>=', '<', '<='].includes(token.text)) return undefined
  reader.take()
  const isNegative = reader.takeIf('-')
  const value = reader.take()
  if (value.kind !== 'number' && value.kind !== 'duration')
    throw reader.error(value, `found ${describe(value)}, expected a number`)
  // series of durations are in seconds
  const plain = value.kind === 'duration' ? value.value / 1e9 : value.value
  return { kind: 'filter', operator: token.text as '=', value: isNegative ? -plain : plain }
}
