import type { StoredRecord } from '../../store/index.ts'
import type { StoreReader } from '../store-reader.ts'
import type { DeletedRows } from './deleted.ts'
import { placesOf } from './places.ts'

/** What was deleted of records of one partition, by their offsets. */
export async function deletedRowsOf(
  reader: StoreReader,
  records: readonly StoredRecord[],
  signal: AbortSignal,
): Promise<Map<number, DeletedRows[]>> {
  const { sql, params } = placesOf(records)
  const { rows } = await reader.rows<{
    id: string
    offset: string
    count: number
    runs: [first: number, lines: number, bytes: string][]
  }>(
    `SELECT DeletionId AS id, toString(TopicOffset) AS offset, Rows AS count,
        arrayMap(run -> tuple(run.1, run.2, toString(run.3)), Runs) AS runs FROM deleted_rows
      WHERE ${sql}`,
    params,
    signal,
  )
  const whose = await deletionsOf(reader, [...new Set(rows.map(({ id }) => id))], signal)
  const found = new Map<number, DeletedRows[]>()
  for (const { id, offset, count, runs } of rows) {
    const { by, at } = whose.get(id) ?? { by: 'somebody', at: 'a time that was not noted' }
    const one = { rows: count, runs: runs.map(runOf), by, at }
    found.set(Number(offset), [...(found.get(Number(offset)) ?? []), one])
  }
  return found
}

function runOf([first, lines, bytes]: readonly [number, number, string]) {
  return { first, lines, bytes: Number(bytes) }
}

async function deletionsOf(reader: StoreReader, ids: readonly string[], signal: AbortSignal) {
  if (ids.length === 0) return new Map<string, { by: string; at: string }>()
  const { rows } = await reader.rows<{ id: string; by: string; at: string }>(
    `SELECT Id AS id, DeletedBy AS by, formatDateTime(DeletedAt, '%FT%TZ', 'UTC') AS at FROM deletions
      WHERE has({ids:Array(String)}, Id)`,
    { ids },
    signal,
  )
  return new Map(rows.map(({ id, by, at }) => [id, { by, at }]))
}
