import { OperatingError } from '../../../lib/base/index.ts'
import { parsePromQl } from '../../promql/parser.ts'
import { conditionOf } from '../../promql/series.ts'
import type { SqlParams, StoreReader } from '../../store-reader.ts'

export interface LabelQuestion {
  tenant: string
  /** Selectors; none: all series. */
  match: readonly string[]
  startMs: number
  endMs: number
  /** 0: as many as there may be. */
  limit: number
}

const maxResults = 100_000

/** Series seen in a range that any of the selectors takes: their names and labels. Errors: QUERY_INVALID. */
export async function seriesOf(reader: StoreReader, question: LabelQuestion, signal: AbortSignal) {
  const { sql, params, most } = chosen(question)
  const { rows } = await reader.rows<{ name: string; labels: Record<string, string> }>(
    `SELECT MetricName AS name, LabelsNow AS labels FROM (${sql}) ORDER BY name, toString(labels) LIMIT ${most}`,
    params,
    signal,
  )
  return rows.map(({ name, labels }) => ({ __name__: name, ...labels }))
}

export async function labelNamesOf(
  reader: StoreReader,
  question: LabelQuestion,
  signal: AbortSignal,
): Promise<string[]> {
  const { sql, params, most } = chosen(question)
  const { rows } = await reader.rows<{ name: string }>(
    `SELECT DISTINCT arrayJoin(arrayPushBack(mapKeys(LabelsNow), '__name__')) AS name FROM (${sql}) ORDER BY name LIMIT ${most}`,
    params,
    signal,
  )
  return rows.map(({ name }) => name)
}

export async function labelValuesOf(
  reader: StoreReader,
  label: string,
  question: LabelQuestion,
  signal: AbortSignal,
): Promise<string[]> {
  const { sql, params, most } = chosen(question)
  const { rows } = await reader.rows<{ value: string }>(
    `SELECT DISTINCT ${label === '__name__' ? 'MetricName' : 'LabelsNow[{label:String}]'} AS value FROM (${sql}) WHERE value != '' ORDER BY value LIMIT ${most}`,
    { ...params, label },
    signal,
  )
  return rows.map(({ value }) => value)
}

/** Type, help and unit of each metric. */
export async function metadataOf(
  reader: StoreReader,
  tenant: string,
  metric: string,
  limit: number,
  signal: AbortSignal,
) {
  const { rows } = await reader.rows<{ name: string; type: string; unit: string; help: string }>(
    `SELECT MetricName AS name, anyLast(Type) AS type, anyLast(Unit) AS unit, anyLast(Description) AS help
     FROM metric_series WHERE Tenant = {tenant:String} AND ({metric:String} = '' OR MetricName = {metric:String})
     GROUP BY MetricName ORDER BY name LIMIT ${limit === 0 ? maxResults : Math.min(limit, maxResults)}`,
    { tenant, metric },
    signal,
  )
  return Object.fromEntries(
    rows.map(({ name, type, unit, help }) => [name, [{ type: type || 'unknown', help, unit }]]),
  )
}

function chosen({ tenant, match, startMs, endMs, limit }: LabelQuestion) {
  const params: SqlParams = { tenant, from: Math.floor(startMs), to: Math.ceil(endMs) }
  const conditions = match.map((text, i) => {
    const condition = conditionOf(selectorOf(text).matchers, `m${i}_`)
    Object.assign(params, condition.params)
    return `(${condition.sql})`
  })
  const any = conditions.length === 0 ? '1' : conditions.join(' OR ')
  const sql = `SELECT MetricName, Fingerprint, anyLast(Labels) AS LabelsNow FROM metric_series
      WHERE Tenant = {tenant:String} AND (${any}) GROUP BY MetricName, Fingerprint
      HAVING max(LastSeen) >= fromUnixTimestamp64Milli({from:Int64}) AND min(FirstSeen) <= fromUnixTimestamp64Milli({to:Int64})`
  // one more, so that it shows whether there are more
  return { sql, params, most: limit === 0 ? maxResults : Math.min(limit + 1, maxResults) }
}

export function selectorOf(text: string) {
  const expression = parsePromQl(text)
  if (
    expression.kind === 'selector' &&
    expression.range === undefined &&
    expression.offset === undefined &&
    expression.at === undefined
  )
    return expression
  throw new OperatingError(
    'PARAMETER_INVALID',
    `invalid parameter "match[]": found ${text}, expected a selector`,
  )
}
