import {
  type Grouping,
  LabelName,
  pushable,
  type RangeAggregation,
  type RangeOperation,
} from '../../lib/logql/index.ts'
import { labelSql } from '../label-sql.ts'
import type { KnownShapes } from '../line-shapes.ts'
import { type SqlCondition, whereSql } from '../logql-sql.ts'
import { refuseTooMuch } from '../promql/series-limits.ts'
import type { Steps } from '../promql/steps.ts'
import type { StoredSeries } from '../promql/stored-series.ts'
import { rangeParams, timeRange } from '../range.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import { textParameters } from '../text-parameters.ts'
import { named, type Span, timesOf } from './samples.ts'
import { computeOver, storedAt } from './windows.ts'

/** What is asked for: values of a label, by labels, that the store reads without putting lines together. */
export interface UnwrappedAsked {
  tenant: string
  range: RangeAggregation
  span: Span
  labels: readonly string[]
  condition: SqlCondition
  shapes: KnownShapes | undefined
}

/** The values of one bucket of a series: in the order of time, for a quantile in their own; or what they come to together. */
interface BucketRow {
  series: string[]
  bucket: string | number
  values: number[]
  count: string | number
  /** Values that are no plain numbers. */
  others: string | number
}

/** Numbers that are exactly a whole one, or one divided by a million. */
const plainNumber = '^-?(?:[0-9]{1,15}|[0-9]{1,9}[.][0-9]{1,6})$'
const number = `if(position(text, '.') = 0, toFloat64(toInt64OrZero(text)), toFloat64(toDecimal64OrZero(text, 6)))`
const nsPerMs = 1_000_000n
/** Those that look at the times of values as well are left to who has the lines. */
const ofTimes: ReadonlySet<string> = new Set(['rate_counter', 'absent_over_time'])

/**
 * The labels by which a range aggregation groups the values of a label, where both are all that is needed of a line.
 * Undefined for others.
 */
export function groupedValues(
  { query, unwrap, operation }: RangeAggregation,
  grouping: Grouping | undefined,
): readonly string[] | undefined {
  if (unwrap === undefined || unwrap.conversion !== 'none' || unwrap.after.length > 0) return undefined
  if (ofTimes.has(operation) || pushable(query, true).stages.length < query.stages.length) return undefined
  if (grouping?.isBy !== true) return undefined
  const isOwn = (label: string) => label.startsWith('__')
  if (isOwn(unwrap.label)) return undefined
  // the label itself is none of the series' any more
  const isLeft = grouping.labels.every(label => label !== unwrap.label && !isOwn(label))
  return isLeft ? grouping.labels : undefined
}

/**
 * The aggregation at each step. Undefined where a value is no plain number: then the lines must be looked at. Errors:
 * TOO_MUCH, those of the store.
 */
export async function aggregateUnwrapped(
  reader: StoreReader,
  asked: UnwrappedAsked,
  steps: Steps,
  signal: AbortSignal,
): Promise<{ series: StoredSeries[]; cost: StoreCost } | undefined> {
  const { sql, params } = statementOf(asked)
  const gathering = new Gathering(asked, steps)
  const isPlain = await gathering.read(reader, sql, params, signal)
  return isPlain ? { series: gathering.finish(), cost: gathering.cost } : undefined
}

/** Series one after the other, so that the values of one alone are held. */
class Gathering {
  readonly cost = { rows: 0, bytes: 0 }
  readonly #asked: UnwrappedAsked
  readonly #steps: Steps
  readonly #done: StoredSeries[] = []
  #name: string | undefined
  #labels: Record<string, string> = {}
  #buckets = new Map<number, number[]>()
  #values = 0

  constructor(asked: UnwrappedAsked, steps: Steps) {
    this.#asked = asked
    this.#steps = steps
  }

  /** False where a value is no plain number. */
  async read(reader: StoreReader, sql: string, params: SqlParams, signal: AbortSignal): Promise<boolean> {
    let arePlain = true
    await reader.each<BucketRow>(sql, params, signal, (row, bytes) => {
      arePlain = Number(row.others) === 0
      this.cost.bytes += bytes
      this.#add(row)
      return arePlain
    })
    return arePlain
  }

  #add({ series, bucket, values, count }: BucketRow): void {
    const name = JSON.stringify(series)
    if (name !== this.#name) {
      this.#end()
      this.#name = name
      this.#labels = named(this.#asked.labels, series)
    }
    this.cost.rows += Number(count)
    this.#values += values.length
    this.#buckets.set(Number(bucket), values)
    refuseTooMuch(this.#done.length + 1, this.#values)
  }

  #end(): void {
    if (this.#name !== undefined)
      this.#done.push(seriesAt(this.#labels, this.#buckets, this.#asked, this.#steps))
    this.#buckets = new Map()
    this.#values = 0
  }

  finish(): StoredSeries[] {
    this.#end()
    return this.#done.filter(({ samples }) => samples.timesMs.length > 0)
  }
}

function statementOf({ tenant, range, span, labels, condition, shapes }: UnwrappedAsked) {
  const params: SqlParams = {}
  const parameter = textParameters(params, 'g')
  const value = labelSql(new LabelName(range.unwrap?.label ?? ''), parameter, shapes)
  const names = labels.map(label => labelSql(new LabelName(label), parameter, shapes)).join(', ')
  const values = together[range.operation] ?? inTime
  const sql = `SELECT series, bucket, ${values} AS values, count() AS count, countIf(isOther) AS others FROM (
      SELECT [${names === '' ? "''" : names}] AS series, (Timestamp, TopicPartition, TopicOffset, TopicIndex) AS place,
        intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {bucket:Int64}) AS bucket,
        ${value} AS text, NOT match(text, '${plainNumber}') AS isOther, ${number} AS number
      FROM otel_logs ${whereSql(timeRange, condition)} AND text != ''
    ) GROUP BY series, bucket ORDER BY series, bucket`
  const bucket = BigInt(span.bucketMs) * nsPerMs
  return {
    sql,
    params: { ...condition.params, ...params, ...rangeParams(timesOf({ tenant, span })), bucket },
  }
}

/** What the values of a bucket come to, of which those of a window are made. */
const together: Readonly<Partial<Record<RangeOperation, string>>> = {
  quantile_over_time: 'arraySort(groupArray(number))',
  sum_over_time: '[sumKahan(number)]',
  rate: '[sumKahan(number)]',
  min_over_time: '[min(number)]',
  max_over_time: '[max(number)]',
}
/** Lines of one moment stand in the order of the topic. */
const inTime = 'arrayMap(pair -> pair.2, arraySort(pair -> pair.1, groupArray((place, number))))'

function seriesAt(
  labels: Record<string, string>,
  buckets: ReadonlyMap<number, number[]>,
  { range, span }: UnwrappedAsked,
  steps: Steps,
): StoredSeries {
  const perWindow = Math.round(range.rangeMs / span.bucketMs)
  const values = Array.from({ length: steps.count }, (_, step) => {
    const atMs = steps.startMs + step * steps.stepMs - range.offsetMs
    const first = Math.round((atMs - span.fromMs) / span.bucketMs) - perWindow
    const lists = Array.from({ length: perWindow }, (__, i) => buckets.get(first + i)).filter(
      list => list !== undefined,
    )
    return lists.length === 0 ? undefined : computeOver(range, lists)
  })
  return storedAt(labels, values, steps)
}
