import type { LogQuery } from '../../../lib/logql/index.ts'
import type { StoreReader } from '../../store-reader.ts'
import { type StreamColumn, streamColumns, streamSource } from '../../streams.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import type { Range } from './parameters.ts'
import { pushedStreams, pushedValues } from './pushed-streams.ts'
import { selectionOf } from './selection.ts'
import { streamColumnOf, streamLabels } from './stream-labels.ts'

/** `labels` and `label`: names of the labels that streams of the range have; without `data` where there are none. */
export async function labels({ c, parameters, tenant, reader, signal }: Asked): Promise<Response> {
  const query = selectionOf(parameters.text('query'))
  const search = { query, tenant, ...parameters.range(6) }
  const [counts, pushed] = await Promise.all([
    cardinalities(reader, search, signal),
    pushedStreams(reader, search, signal),
  ])
  const own = Object.entries(streamLabels).filter(([, column]) => counts[column] > 0)
  const names = [...new Set([...own.map(([name]) => name), ...pushedValues(pushed).keys()])].sort()
  return success(c, names.length === 0 ? undefined : names)
}

/** How many values each column of streams has. Costs rows of rollups where the query allows. */
export async function cardinalities(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string } & Range,
  signal: AbortSignal,
): Promise<Record<StreamColumn, number>> {
  const none = { ServiceName: 0, Host: 0, Level: 0 }
  const source = await streamSource(reader, { ...search, by: streamColumns }, signal)
  if (source === undefined) return none
  // an aggregate may not have the name of the column that it is of
  const columns = streamColumns.map(column => `uniqExactIf(${column}, ${column} != '') AS n${column}`)
  const { rows } = await reader.rows<Record<`n${StreamColumn}`, number>>(
    `SELECT ${columns.join(', ')} FROM ${source.sql}`,
    source.params,
    signal,
  )
  const [row] = rows
  if (row === undefined) return none
  return { ServiceName: Number(row.nServiceName), Host: Number(row.nHost), Level: Number(row.nLevel) }
}

/** The values of a stream label, in order. */
export async function streamLabelValues(
  reader: StoreReader,
  label: string,
  search: { query: LogQuery; tenant: string } & Range,
  limit: number,
  signal: AbortSignal,
): Promise<string[]> {
  const column = streamColumnOf(label)
  if (column === undefined) return []
  const source = await streamSource(reader, { ...search, by: [column] }, signal)
  if (source === undefined) return []
  const { rows } = await reader.rows<{ value: string }>(
    `SELECT DISTINCT toString(${column}) AS value FROM ${source.sql} WHERE value != '' ORDER BY value LIMIT {limit:UInt32}`,
    { ...source.params, limit },
    signal,
  )
  return rows.map(({ value }) => value)
}
