import { entrySpans } from './entry-spans.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

/** Rate, errors and duration of a service or of one of its operations. */
export interface RedSeries {
  service: string
  /** '' where operations are not told apart. */
  operation: string
  calls: number
  errors: number
  p50Ns: number
  p95Ns: number
  p99Ns: number
  /** One per step of the range; steps without a call have no durations. */
  steps: RedStep[]
}

export interface RedStep {
  calls: number
  errors: number
  p50Ns: number | null
  p95Ns: number | null
  p99Ns: number | null
}

export interface RedQuestion {
  range: TimeRange
  stepMs: number
  /** '' for all. */
  service: string
  operation: string
  byOperation: boolean
}

/** Beyond, those with the fewest calls are left out, with a warning. */
export const maxRedSeries = 100

interface Row {
  service: string
  operation: string
  step: number
  calls: number
  errors: number
  quantiles: [number, number, number]
}

/** Figures of the spans at which work enters a service, per step and as a whole, those with the most calls first. */
export async function redOf(reader: TraceReader, question: RedQuestion): Promise<RedSeries[]> {
  const { range, stepMs, service, operation, byOperation } = question
  const name = byOperation ? 'toString(SpanName)' : `''`
  const figures = `count() AS calls, countIf(StatusCode = 'Error') AS errors,
      quantilesTDigest(0.5, 0.95, 0.99)(Duration) AS quantiles`
  const where = `${spanRange} AND ${entrySpans} AND ({service:String} = '' OR ServiceName = {service:String})
      AND ({operation:String} = '' OR SpanName = {operation:String})`
  const params = { ...spanRangeParams(range), service, operation }
  const most = (measured: string) =>
    `SELECT toString(ServiceName) AS service, ${name} AS operation, ${measured} FROM otel_traces WHERE ${where}
    GROUP BY service, operation ORDER BY calls DESC, service, operation LIMIT ${maxRedSeries + 1}`
  const totals = await reader.rows<Row>(most(figures), params)
  if (totals.length > maxRedSeries)
    reader.warn(`the ${maxRedSeries} with the most calls are here: name a service`)
  const chosen = totals.slice(0, maxRedSeries)
  if (chosen.length === 0) return []
  const rows = await reader.rows<Row>(
    `SELECT toString(ServiceName) AS service, ${name} AS operation,
      intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {stepNs:Int64}) AS step, ${figures}
    FROM otel_traces WHERE ${where} AND (service, operation) IN (SELECT service, operation FROM (${most('count() AS calls')}))
    GROUP BY service, operation, step`,
    { ...params, stepNs: BigInt(stepMs) * 1_000_000n },
  )
  const steps = Map.groupBy(rows, keyOf)
  return chosen.map(row => toSeries(row, steps.get(keyOf(row)) ?? [], stepCount(range, stepMs)))
}

function keyOf({ service, operation }: Row): string {
  return `${service}\0${operation}`
}

export function stepCount({ startNs, endNs }: TimeRange, stepMs: number): number {
  const stepNs = BigInt(stepMs) * 1_000_000n
  return Number((endNs - startNs + stepNs - 1n) / stepNs)
}

function toSeries(total: Row, rows: readonly Row[], count: number): RedSeries {
  const steps: RedStep[] = Array.from({ length: count }, () => ({
    calls: 0,
    errors: 0,
    p50Ns: null,
    p95Ns: null,
    p99Ns: null,
  }))
  for (const row of rows) steps[row.step] = figuresOf(row)
  const { service, operation } = total
  return { service, operation, ...figuresOf(total), steps }
}

function figuresOf({ calls, errors, quantiles: [p50Ns, p95Ns, p99Ns] }: Row) {
  return { calls, errors, p50Ns, p95Ns, p99Ns }
}
