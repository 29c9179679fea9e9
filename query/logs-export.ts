import type { LogLine } from './api/schemas.ts'
import { type LogRow, type LogSearch, positionOf, searchStatement, toLogLine } from './logs.ts'
import type { StoreReader } from './store-reader.ts'

export interface LogExport extends Omit<LogSearch, 'limit'> {
  /** Lines at most; undefined: all. */
  limit: number | undefined
}

/** So much is held at a time: rows, or their text where they are long. */
const pageRows = 10_000
const pageBytes = 8_000_000

/**
 * All lines of a search, page by page: of a page the store is done before anything is sent, so that a slow reader holds up
 * nothing there. A page begins behind the last line of the one before, exactly.
 */
export async function* exportLines(
  reader: StoreReader,
  search: LogExport,
  signal: AbortSignal,
): AsyncGenerator<LogLine[]> {
  let { after } = search
  let left = search.limit ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const limit = Math.min(pageRows, left)
    const { rows, isCut } = await readPage(reader, { ...narrowed(search, after), limit }, signal)
    if (rows.length > 0) yield rows.map(toLogLine)
    const last = rows.at(-1)
    if (last === undefined || (rows.length < limit && !isCut)) return
    after = positionOf(last)
    left -= rows.length
  }
}

async function readPage(
  reader: StoreReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<{ rows: LogRow[]; isCut: boolean }> {
  const { sql, params } = await searchStatement(reader, search, signal)
  const rows: LogRow[] = []
  let bytes = 0
  await reader.each<LogRow>(sql, params, signal, (row, size) => {
    rows.push(row)
    bytes += size
    return bytes < pageBytes
  })
  return { rows, isCut: bytes >= pageBytes }
}

/** What lies before the line that came last need not be looked at. */
function narrowed({ limit: _, ...search }: LogExport, after: LogSearch['after']): Omit<LogSearch, 'limit'> {
  const at = after?.timestampNs
  if (at === undefined || at < search.startNs || at >= search.endNs) return { ...search, after }
  return search.direction === 'forward'
    ? { ...search, after, startNs: at }
    : { ...search, after, endNs: at + 1n }
}
