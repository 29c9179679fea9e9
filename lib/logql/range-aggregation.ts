import type {
  Grouping,
  LabelFilter,
  LogQuery,
  LogRange,
  RangeAggregation,
  RangeOperation,
  Stage,
  Unwrap,
} from './ast.ts'
import { isUnwrap, readLabelFilter, readSelector, readStages } from './log-query.ts'
import { describe, type LogTokens } from './tokens.ts'
import { parseDurationSeconds } from './units.ts'

const maxDepth = 16
const ofLines: ReadonlySet<RangeOperation> = new Set(['count_over_time', 'bytes_over_time', 'bytes_rate'])
const ofLinesOrNumbers: ReadonlySet<RangeOperation> = new Set(['rate', 'absent_over_time'])
const grouped: ReadonlySet<RangeOperation> = new Set([
  'avg_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
])

/** What a range aggregation is made of, as it is found. */
class Parts {
  query: LogQuery | undefined
  stages: Stage[] = []
  unwrap: Unwrap | undefined
  rangeMs: number | undefined
  offsetMs: number | undefined
}

/** `rate({…} |= "x" [5m] offset 1h)`, the next token being its name. Source: LogQL, metric queries. */
export function readRangeAggregation(tokens: LogTokens): RangeAggregation {
  const start = tokens.take()
  const operation = start.text.toLowerCase() as RangeOperation
  tokens.expectMark('(', `write ${operation}({service="web"}[5m])`)
  const parameter = operation === 'quantile_over_time' ? readParameter(tokens) : undefined
  const parts = new Parts()
  readParts(tokens, parts, 0)
  tokens.expectMark(')', 'a parenthesis is not closed')
  const grouping = tokens.isWord('by', 'without') ? readGrouping(tokens) : undefined
  const { query, rangeMs } = parts
  if (query === undefined) throw tokens.error(`${operation} has no stream selector`, start)
  if (rangeMs === undefined)
    throw tokens.error(`${operation} has no range`, start, `write ${operation}({service="web"}[5m])`)
  const stages = [...query.stages, ...parts.stages]
  const found = {
    operation,
    parameter,
    query: { matchers: query.matchers, stages },
    unwrap: parts.unwrap,
    rangeMs,
  }
  check(tokens, start, found, grouping)
  return { ...found, offsetMs: parts.offsetMs ?? 0, grouping }
}

/** `{…} |= "x" [5m] offset 1h`. */
export function readLogRange(tokens: LogTokens): LogRange {
  const start = tokens.next
  const parts = new Parts()
  readParts(tokens, parts, 0)
  const { query, rangeMs } = parts
  if (query === undefined || rangeMs === undefined)
    throw tokens.error('these lines have no range', start, 'write ({service="web"}[5m])')
  const stages = [...query.stages, ...parts.stages]
  return { query: { matchers: query.matchers, stages }, rangeMs, offsetMs: parts.offsetMs ?? 0 }
}

/** Selector, stages, unwrap, range and offset, in any of the orders that Loki takes. */
function readParts(tokens: LogTokens, parts: Parts, depth: number): void {
  if (depth > maxDepth) throw tokens.error('parentheses are nested too deep')
  if (tokens.takesMark('(')) {
    readParts(tokens, parts, depth + 1)
    tokens.expectMark(')', 'a parenthesis is not closed')
  } else parts.query = { matchers: readSelector(tokens), stages: [] }
  for (;;) {
    if (tokens.isMark('[') && parts.rangeMs === undefined) parts.rangeMs = readRange(tokens)
    else if (tokens.takesWord('offset')) parts.offsetMs = readDurationMs(tokens, 'an offset')
    else if (isUnwrap(tokens)) parts.unwrap = readUnwrap(tokens)
    else {
      const stages = readStages(tokens)
      if (stages.length === 0) return
      parts.stages.push(...stages)
    }
  }
}

function readRange(tokens: LogTokens): number {
  const open = tokens.take()
  const ms = readDurationMs(tokens, 'a range')
  tokens.expectMark(']', 'a range ends with ]')
  if (ms <= 0) throw tokens.error('a range is longer than nothing', open, 'write it as in [5m]')
  return ms
}

function readDurationMs(tokens: LogTokens, what: string): number {
  const sign = tokens.takesMark('-') ? -1 : 1
  const token = tokens.take()
  const seconds = token.kind === 'number' ? parseDurationSeconds(token.text) : undefined
  if (seconds !== undefined) return sign * Math.round(seconds * 1000)
  throw tokens.error(`found ${describe(token)}, expected ${what}`, token, 'write it as in 30s, 5m or 1h')
}

function readParameter(tokens: LogTokens): number {
  const sign = tokens.takesMark('-') ? -1 : 1
  const token = tokens.take()
  const value = token.kind === 'number' ? Number(token.text) : Number.NaN
  if (Number.isNaN(value))
    throw tokens.error(`found ${describe(token)}, expected a quantile`, token, 'write it as in 0.99')
  tokens.expectMark(',', 'the log query follows behind the quantile')
  return sign * value
}

function readUnwrap(tokens: LogTokens): Unwrap {
  tokens.take()
  tokens.take()
  const name = tokens.label('a label that holds a number')
  const conversions: Record<string, Unwrap['conversion']> = {
    duration: 'duration',
    duration_seconds: 'duration_seconds',
    bytes: 'bytes',
  }
  let [label, conversion]: [string, Unwrap['conversion']] = [name, 'none']
  if (tokens.isMark('(')) {
    const found = conversions[name.toLowerCase()]
    if (found === undefined)
      throw tokens.error(
        `${name} is no conversion`,
        tokens.next,
        'there are duration(), duration_seconds() and bytes()',
      )
    conversion = found
    tokens.take()
    label = tokens.label('a label that holds a number')
    tokens.expectMark(')', 'a parenthesis is not closed')
  }
  const after: LabelFilter[] = []
  while (tokens.isMark('|')) {
    tokens.take()
    after.push(readLabelFilter(tokens))
  }
  return { label, conversion, after }
}

function readGrouping(tokens: LogTokens): Grouping {
  const isBy = tokens.take().text.toLowerCase() === 'by'
  tokens.expectMark('(', 'labels stand in parentheses')
  const labels: string[] = []
  while (!tokens.isMark(')')) {
    if (labels.length > 0) tokens.expectMark(',', 'labels are separated by commas')
    if (tokens.isMark(')')) break
    labels.push(tokens.label('a label'))
  }
  tokens.take()
  return { isBy, labels }
}

function check(
  tokens: LogTokens,
  start: { at: number },
  { operation, unwrap }: { operation: RangeOperation; unwrap: Unwrap | undefined },
  grouping: Grouping | undefined,
): void {
  const needs = !ofLines.has(operation) && !ofLinesOrNumbers.has(operation)
  if (needs && unwrap === undefined)
    throw tokens.error(`${operation} is of numbers`, start, `write ${operation}({…} | unwrap took [5m])`)
  if (ofLines.has(operation) && unwrap !== undefined)
    throw tokens.error(`${operation} is of lines and takes no unwrap`, start, 'sum_over_time adds numbers')
  if (grouping !== undefined && !grouped.has(operation))
    throw tokens.error(
      `${operation} takes no grouping`,
      start,
      `write sum ${grouping.isBy ? 'by' : 'without'} (${grouping.labels.join(', ')}) (${operation}(…))`,
    )
}
