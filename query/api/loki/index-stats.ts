import { streamColumns, streamSource } from '../../streams.ts'
import type { Asked } from './asked.ts'
import { requiredSelection } from './selection.ts'

interface Stats {
  streams: number
  /** Of Loki's storage; here there are none apart from streams. */
  chunks: number
  entries: number
  bytes: number
}

/** `index/stats`: a bare object. Exact here, an estimate in Loki. */
export async function indexStats({ parameters, tenant, reader, signal }: Asked): Promise<Stats> {
  const query = requiredSelection(parameters.text('query'))
  const none = { streams: 0, chunks: 0, entries: 0, bytes: 0 }
  const search = { query, tenant, ...parameters.range(), by: streamColumns }
  const source = await streamSource(reader, search, signal)
  if (source === undefined) return none
  const { rows } = await reader.rows<Stats>(
    `SELECT count() AS streams, count() AS chunks, sum(lines) AS entries, sum(bytes) AS bytes FROM ${source.sql}`,
    source.params,
    signal,
  )
  const [row = none] = rows
  return {
    streams: Number(row.streams),
    chunks: Number(row.chunks),
    entries: Number(row.entries),
    bytes: Number(row.bytes),
  }
}
