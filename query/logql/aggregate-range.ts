import { toSql } from '../logql-sql.ts'
import type { Steps } from '../promql/steps.ts'
import type { StoredSeries } from '../promql/stored-series.ts'
import { shapesFor } from '../read-shapes.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import { type Asked, groupingOf, loadSamples, timesOf } from './samples.ts'
import { aggregateUnwrapped, groupedValues } from './unwrapped.ts'
import { aggregateLines } from './windows.ts'

/**
 * A range aggregation over lines at each step. Errors: TOO_MUCH, QUERY_INVALID where lines of a series have errors, those of the
 * store.
 */
export async function aggregateRange(
  reader: StoreReader,
  asked: Asked,
  steps: Steps,
  signal: AbortSignal,
): Promise<{ series: StoredSeries[]; cost: StoreCost }> {
  const { tenant, range, span } = asked
  const labels = groupedValues(range, groupingOf(asked))
  if (labels !== undefined) {
    const { query } = range
    const names = [...labels, range.unwrap?.label ?? '']
    const shapes = await shapesFor(reader, { query, ...timesOf(asked) }, signal, { names })
    const unwrapped = { tenant, range, span, labels, condition: toSql(query, shapes), shapes }
    const found = await aggregateUnwrapped(reader, unwrapped, steps, signal)
    if (found !== undefined) return found
  }
  const { series, cost } = await loadSamples(reader, asked, signal)
  return { series: aggregateLines(range, series, steps), cost }
}
