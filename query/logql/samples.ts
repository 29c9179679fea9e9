import {
  compilePipeline,
  compileUnwrap,
  type Grouping,
  type LabelCategory,
  LabelName,
  type LineLabels,
  type LogQuery,
  labelOf,
  pushable,
  QueryError,
  type RangeAggregation,
} from '../../lib/logql/index.ts'
import { labelSql } from '../label-sql.ts'
import { columnsFor } from '../log-fields.ts'
import { toSql, whereSql } from '../logql-sql.ts'
import type { LogRow } from '../logs.ts'
import { orderKey } from '../promql/column.ts'

import { refuseTooMuch } from '../promql/series-limits.ts'
import { rangeParams, timeRange } from '../range.ts'
import { shapesFor } from '../read-shapes.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import { textParameters } from '../text-parameters.ts'
import { refusesErrors } from './refuses-errors.ts'
import { pushedScope, RowLabels } from './row-labels.ts'

/** What the lines of one series give, in time order. */
export interface LineSamples {
  labels: Record<string, string>
  timesMs: number[]
  values: number[]
}

/** Which lines count: later than `fromMs`, up to `toMs` included. */
export interface Span {
  fromMs: number
  toMs: number
  /** All windows begin and end at multiples of it from `fromMs` on. */
  bucketMs: number
}

export interface LoadedSamples {
  series: LineSamples[]
  cost: StoreCost
}

/** A range aggregation to be answered. */
export interface Asked {
  tenant: string
  range: RangeAggregation
  span: Span
  /** Labels that the query around keeps, where it adds up what is loaded. */
  grouping: Grouping | undefined
}

const addable: ReadonlySet<string> = new Set(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate'])
/** What depends on which line was first, of lines of one moment too. */
const ordered: ReadonlySet<string> = new Set(['first_over_time', 'last_over_time', 'rate_counter'])
/** As all lines are ordered: see query/cursor.ts. */
const byPosition = 'ORDER BY Timestamp, TopicPartition, TopicOffset, TopicIndex'
/** What a sum around it may be taken into: the sum over all lines is the sum over those of each series. */
const addsUp: ReadonlySet<string> = new Set([...addable, 'sum_over_time'])
const nsPerMs = 1_000_000n

/** What of a line's labels a series has. */
export function groupingOf({ range, grouping }: Asked): Grouping | undefined {
  return range.grouping ?? (addsUp.has(range.operation) ? grouping : undefined)
}

/** Errors: TOO_MUCH, QUERY_INVALID where lines of a series have errors, those of the store. */
export async function loadSamples(
  reader: StoreReader,
  asked: Asked,
  signal: AbortSignal,
): Promise<LoadedSamples> {
  const { query, operation, unwrap } = asked.range
  const isWhole = pushable(query, true).stages.length === query.stages.length
  const isCounted = unwrap === undefined && addable.has(operation) && isWhole
  return isCounted ? await counted(reader, asked, signal) : await lineByLine(reader, asked, signal)
}

/** Lines of a span, as times of nanoseconds: its beginning is not in it, its end is. */
export function timesOf({ tenant, span }: Pick<Asked, 'tenant' | 'span'>) {
  const startNs = BigInt(span.fromMs) * nsPerMs + 1n
  return { tenant, startNs, endNs: BigInt(span.toMs) * nsPerMs + 1n }
}

interface CountedRow {
  series: [labels: string[], pushed: Record<string, string>]
  bucket: string | number
  value: string
}

async function conditionOf(reader: StoreReader, query: LogQuery, asked: Asked, signal: AbortSignal) {
  return toSql(query, await shapesFor(reader, { query, ...timesOf(asked) }, signal))
}

/** Counted in the store, by windows that make up all that are asked for. */
async function counted(reader: StoreReader, asked: Asked, signal: AbortSignal): Promise<LoadedSamples> {
  const { range, span } = asked
  const condition = await conditionOf(reader, range.query, asked, signal)
  const params: SqlParams = {}
  const parameter = textParameters(params, 'g')
  const names = asked.grouping?.isBy === true ? asked.grouping.labels : undefined
  const labels =
    names === undefined
      ? `[ServiceName, Host, Level], if(ScopeName = '${pushedScope}', ResourceAttributes, map())`
      : `[${names.map(name => labelSql(new LabelName(name), parameter)).join(', ') || "''"}], map()`
  const isBytes = range.operation.startsWith('bytes')
  const { rows, cost } = await reader.rows<CountedRow>(
    `SELECT tuple(${labels}) AS series, intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {bucket:Int64}) AS bucket,
      toString(${isBytes ? 'sum(length(Body))' : 'count()'}) AS value
    FROM otel_logs ${whereSql(timeRange, condition)}
    GROUP BY series, bucket ORDER BY series, bucket`,
    {
      ...condition.params,
      ...params,
      ...rangeParams(timesOf(asked)),
      bucket: BigInt(span.bucketMs) * nsPerMs,
    },
    signal,
  )
  const found = new SeriesMap()
  for (const { series, bucket, value } of rows) {
    const [values, pushed] = series
    const own = names === undefined ? streamOf(values, pushed) : named(names, values)
    found.add(own, span.fromMs + (Number(bucket) + 1) * span.bucketMs, Number(value))
  }
  return { series: found.all(), cost }
}

function streamOf([service = '', host = '', level = '']: string[], pushed: Record<string, string>) {
  const scope = Object.keys(pushed).length > 0 ? pushedScope : ''
  const row = { service, host, level, resource: pushed, scope, attributes: {}, traceId: '', spanId: '' }
  const ofStream = [...new RowLabels(row).all()].filter(([, , category]) => category === 'stream')
  return Object.fromEntries(ofStream.map(([name, value]) => [name, value]))
}

/** Labels by the values that the store gave, without those that are empty. */
export function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name, i) => (values[i] ? [[labelOf(name), values[i]]] : [])))
}

async function lineByLine(reader: StoreReader, asked: Asked, signal: AbortSignal): Promise<LoadedSamples> {
  const { range } = asked
  const process = compilePipeline({ matchers: [], stages: range.query.stages })
  const unwrap = range.unwrap === undefined ? undefined : compileUnwrap(range.unwrap)
  const isBytes = range.operation.startsWith('bytes')
  const grouping = range.grouping ?? impliedGrouping(range, asked)
  const kept = keptNames(range.query)
  const areErrorsRefused = refusesErrors(range, grouping)
  const condition = await conditionOf(reader, pushable(range.query, true), asked, signal)
  const found = new SeriesMap()
  const cost = { rows: 0, bytes: 0 }
  await reader.each<LogRow>(
    `SELECT ${columnsFor(undefined)} FROM otel_logs ${whereSql(timeRange, condition)} ${ordered.has(range.operation) ? byPosition : ''}`,
    { ...condition.params, ...rangeParams(timesOf(asked)) },
    signal,
    (row, bytes) => {
      cost.rows++
      cost.bytes += bytes
      const made = process(row.body, new RowLabels(row), BigInt(row.timestamp))
      if (made === undefined) return true
      const value = unwrap === undefined ? (isBytes ? Buffer.byteLength(made.line) : 1) : unwrap(made.labels)
      if (value === undefined) return true
      if (areErrorsRefused || !ofParsers.has(made.labels.error)) refuseErrors(made.labels)
      found.add(labelsFor(made.labels, grouping, kept), msOf(row.timestamp), value)
      return true
    },
  )
  return { series: found.all(), cost }
}

/** How far numbers of today's milliseconds lie from one another. */
const leastMs = 2 ** -12

/** Nanoseconds as milliseconds. A moment after a whole one stays after it: it is not in the window that ends there. */
export function msOf(ns: string): number {
  const whole = Number(ns.slice(0, -6))
  const rest = Number(ns.slice(-6))
  const ms = whole + rest / 1e6
  return rest > 0 && ms === whole ? whole + leastMs : ms
}

/** Whether there is any line is asked of all of them together. */
function impliedGrouping({ operation }: RangeAggregation, asked: Asked): Grouping | undefined {
  if (operation === 'absent_over_time') return { isBy: true, labels: [] }
  return addsUp.has(operation) ? asked.grouping : undefined
}

/** Errors of which a query may say that it knows them. */
const ofParsers: ReadonlySet<string> = new Set(['JSONParserErr', 'LogfmtParserErr'])

/** Source: Loki pkg/logql, pipeline errors fail metric queries. */
function refuseErrors(labels: LineLabels): void {
  if (!labels.hasError) return
  throw new QueryError(
    `pipeline error: '${labels.error}' (${labels.errorDetails})`,
    '',
    0,
    `leave such lines out with | __error__!="${labels.error}"`,
  )
}

/** All labels of the stream and those that stages made; or what a grouping leaves. */
function labelsFor(
  labels: LineLabels,
  grouping: Grouping | undefined,
  kept: ReadonlySet<string>,
): Record<string, string> {
  const own: Record<string, string> = {}
  if (grouping?.isBy === true) {
    for (const name of grouping.labels) {
      const value = labels.get(name)
      if (value !== '') own[labelOf(name)] = value
    }
    return own
  }
  const without = new Set(grouping?.labels)
  // what a stage made is there even if it is empty, as in Loki
  const isOfSeries = (name: string, value: string, category: LabelCategory) =>
    category === 'structured' ? kept.has(name) && value !== '' : value !== '' || category === 'parsed'
  for (const [name, value, category] of labels.all())
    if (isOfSeries(name, value, category) && !without.has(name)) own[name] = value
  return own
}

/** What `| keep` names is wanted, structured metadata too. */
function keptNames({ stages }: LogQuery): ReadonlySet<string> {
  return new Set(
    stages.flatMap(stage => (stage.kind === 'keep' ? stage.labels.map(({ label }) => label) : [])),
  )
}

class SeriesMap {
  readonly #series = new Map<string, LineSamples>()
  #samples = 0

  add(labels: Record<string, string>, timeMs: number, value: number): void {
    // labels that are empty tell series apart, too, as in Loki
    const key = orderKey(labels)
    let series = this.#series.get(key)
    if (series === undefined) {
      series = { labels, timesMs: [], values: [] }
      this.#series.set(key, series)
    }
    series.timesMs.push(timeMs)
    series.values.push(value)
    refuseTooMuch(this.#series.size, ++this.#samples)
  }

  all(): LineSamples[] {
    return [...this.#series.values()].map(inOrder)
  }
}

function inOrder({ labels, timesMs, values }: LineSamples): LineSamples {
  const isSorted = timesMs.every((time, i) => i === 0 || (timesMs[i - 1] as number) <= time)
  if (isSorted) return { labels, timesMs, values }
  const order = timesMs.map((_, i) => i).sort((a, b) => (timesMs[a] as number) - (timesMs[b] as number))
  return {
    labels,
    timesMs: order.map(i => timesMs[i] as number),
    values: order.map(i => values[i] as number),
  }
}
