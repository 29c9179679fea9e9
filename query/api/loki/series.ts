import type { LogQuery } from '../../../lib/logql/index.ts'
import { type StreamColumn, streamColumns, streamSource } from '../../streams.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import { invalid, type Range } from './parameters.ts'
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
  const found = new Map<string, Stream>()
  for (const query of queries)
    for (const stream of await streamsOf(asked, query, range))
      found.set(JSON.stringify(Object.values(stream)), stream)
  const streams = [...found.values()].slice(0, maxSeries)
  return success(
    c,
    streams.map(stream => labelsOf(stream)),
  )
}

async function streamsOf(
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
