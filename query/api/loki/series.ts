import type { LogQuery } from '../../../lib/logql/index.ts'
import { labelKey } from '../../promql/column.ts'
import { type StreamColumn, streamColumns, streamSource } from '../../streams.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import { invalid, type Range } from './parameters.ts'
import { pushedStreams } from './pushed-streams.ts'
import { selectionOf } from './selection.ts'
import { labelsOf } from './stream-labels.ts'

const maxSeries = 10_000
const maxMatchers = 32

type Stream = Record<StreamColumn, string>

/** `series`: the streams that any of the selectors takes; `match[]={}` and none at all are all streams. */
export async function series(asked: Asked): Promise<Response> {
  const { c, parameters } = asked
  const match = parameters.list('match')
  if (match.length > maxMatchers) throw invalid(`at most ${maxMatchers} match[] parameters`)
  const range = parameters.range(6)
  const queries = (match.length === 0 ? [''] : match).map(selectionOf)
  const found = new Map<string, Record<string, string>>()
  for (const query of queries)
    for (const labels of await streamsOf(asked, query, range)) found.set(labelKey(labels), labels)
  return success(c, [...found.values()].slice(0, maxSeries))
}

/** What was pushed with labels has these, and all else has those of every stream. */
async function streamsOf(asked: Asked, query: LogQuery, range: Range): Promise<Record<string, string>[]> {
  const { reader, tenant, signal } = asked
  const [all, pushed] = await Promise.all([
    storedStreams(asked, query, range),
    pushedStreams(reader, { query, tenant, ...range }, signal),
  ])
  const place = (stream: Stream) => JSON.stringify(streamColumns.map(column => stream[column]))
  const known = new Set(pushed.map(place))
  const others = all.filter(stream => !known.has(place(stream)))
  return [...others.map(stream => labelsOf(stream)), ...pushed.map(({ labels }) => labels)]
}

async function storedStreams(
  { reader, tenant, signal }: Asked,
  query: LogQuery,
  range: Range,
): Promise<Stream[]> {
  const source = await streamSource(reader, { query, tenant, ...range, by: streamColumns }, signal)
  if (source === undefined) return []
  const { rows } = await reader.rows<Stream>(
    `SELECT ${streamColumns.join(', ')} FROM ${source.sql} ORDER BY ${streamColumns.join(', ')} LIMIT ${maxSeries}`,
    source.params,
    signal,
  )
  return rows
}
