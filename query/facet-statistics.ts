import { LabelName, type LogQuery, numberOf } from '../lib/logql/index.ts'
import { labelSql, numberSql } from './label-sql.ts'
import type { KnownShapes } from './line-shapes.ts'
import { toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import type { SqlParams, StoreCost, StoreReader } from './store-reader.ts'
import { textParameters } from './text-parameters.ts'

export interface Statistics {
  /** Lines whose value is a number; durations count in seconds, sizes in bytes. */
  count: number
  min: number
  max: number
  avg: number
  p50: number
  p90: number
  p99: number
  /** Lines between two bounds, the upper one included in the last part alone; parts are of one width. */
  distribution: { from: number; to: number; count: number }[]
}

interface Row {
  field: string
  n: number
  low: number
  high: number
  mean: number
  quantiles: [number, number, number]
}

const parts = 20
/** Each costs a look at all lines. */
const maxFields = 12

/** Whether a field is worth it: most of the values seen are numbers. */
export function looksNumeric(values: readonly { value: string; count: number }[]): boolean {
  const total = values.reduce((sum, { count }) => sum + count, 0)
  const numbers = values.filter(({ value }) => numberOf(value) !== undefined)
  return total > 0 && numbers.reduce((sum, { count }) => sum + count, 0) * 2 > total
}

/** Statistics of fields over all lines that match; exact but for the quantiles, which are within a hundredth. */
export async function statisticsOf(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string; startNs: bigint; endNs: bigint },
  fields: readonly string[],
  signal: AbortSignal,
): Promise<{ statistics: Map<string, Statistics>; cost: StoreCost }> {
  const asked = fields.slice(0, maxFields)
  const none = { rows: 0, bytes: 0 }
  if (asked.length === 0) return { statistics: new Map(), cost: none }
  const shapes = await shapesFor(reader, search, signal, { names: asked })
  const condition = toSql(search.query, shapes)
  const params: SqlParams = { ...condition.params, ...rangeParams(search) }
  const from = `FROM otel_logs ${whereSql(timeRange, condition)}`
  const numbers = asked.map((field, i) => numberOfField(field, i, shapes, params))
  const selects = numbers.map(
    ({
      name,
      number,
    }) => `SELECT ${name} AS field, count(x) AS n, min(x) AS low, max(x) AS high, avg(x) AS mean,
      quantilesTDigest(0.5, 0.9, 0.99)(x) AS quantiles FROM (SELECT ${number} AS x ${from}) WHERE isFinite(x)`,
  )
  const { rows, cost } = await reader.rows<Row>(selects.join(' UNION ALL '), params, signal)
  const found = rows.filter(({ n }) => Number(n) > 0)
  const spread = await distributions(reader, found, { numbers, fields: asked, from, params }, signal)
  const statistics = found.map(row => [row.field, toStatistics(row, spread)] as const)
  return { statistics: new Map(statistics), cost }
}

function numberOfField(
  field: string,
  i: number,
  shapes: KnownShapes | undefined,
  params: SqlParams,
): { name: string; number: string } {
  const add = textParameters(params, `n${i}_`)
  return { name: add(field), number: numberSql(labelSql(new LabelName(field), add, shapes)) }
}

async function distributions(
  reader: StoreReader,
  rows: readonly Row[],
  about: {
    numbers: { name: string; number: string }[]
    fields: readonly string[]
    from: string
    params: SqlParams
  },
  signal: AbortSignal,
): Promise<{ field: string; part: number; n: number }[]> {
  const params = { ...about.params }
  const selects = rows.flatMap(({ field, low, high }, i) => {
    const of = about.numbers[about.fields.indexOf(field)]
    if (of === undefined || low === high) return []
    Object.assign(params, { [`low${i}`]: low, [`width${i}`]: (high - low) / parts })
    const part = `least(toUInt8(floor((x - {low${i}:Float64}) / {width${i}:Float64})), ${parts - 1})`
    return [
      `SELECT ${of.name} AS field, ${part} AS part, count() AS n FROM (SELECT ${of.number} AS x ${about.from})
        WHERE isFinite(x) GROUP BY part`,
    ]
  })
  if (selects.length === 0) return []
  return (
    await reader.rows<{ field: string; part: number; n: number }>(selects.join(' UNION ALL '), params, signal)
  ).rows
}

function toStatistics(
  { field, n, low, high, mean, quantiles: [p50, p90, p99] }: Row,
  spread: readonly { field: string; part: number; n: number }[],
): Statistics {
  const width = (high - low) / parts
  const distribution =
    width === 0
      ? [{ from: low, to: high, count: Number(n) }]
      : spread
          .filter(one => one.field === field)
          .toSorted((a, b) => a.part - b.part)
          .map(one => ({
            from: low + one.part * width,
            to: low + (one.part + 1) * width,
            count: Number(one.n),
          }))
  return { count: Number(n), min: low, max: high, avg: mean, p50, p90, p99, distribution }
}
