import { compilePipeline, isFilterQuery, pushable } from '../lib/logql/index.ts'
import type { LogLine } from './api/schemas.ts'
import { RowLabels } from './logql/row-labels.ts'
import { toStagedLine } from './logql/staged-line.ts'
import { type LogRow, type LogSearch, positionOf, searchStatement, toLogLine } from './logs.ts'
import type { StoreReader } from './store-reader.ts'

export interface LogExport extends Omit<LogSearch, 'limit'> {
  /** Lines at most; undefined: all. */
  limit: number | undefined
  /** Lines alone are wanted: what stages make of them is the line. */
  isRaw: boolean
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
  const { asked, make } = isFilterQuery(search.query) ? { asked: search, make: toLogLine } : staged(search)
  let { after } = search
  let left = search.limit ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const limit = asked === search ? Math.min(pageRows, left) : pageRows
    const { rows, isCut } = await readPage(reader, { ...narrowed(asked, after), limit }, signal)
    const lines = rows.flatMap(row => make(row) ?? []).slice(0, left)
    if (lines.length > 0) yield lines
    const last = rows.at(-1)
    if (last === undefined || (rows.length < limit && !isCut)) return
    after = positionOf(last)
    left -= lines.length
  }
}

/** The store gives the lines that may be asked for, with all that stages may look at; each goes through them here. */
function staged(search: LogExport): { asked: LogExport; make: (row: LogRow) => LogLine | undefined } {
  const process = compilePipeline({ matchers: [], stages: search.query.stages }, 'exclude')
  return {
    asked: { ...search, query: pushable(search.query, false), fields: undefined },
    make: row => {
      const made = process(row.body, new RowLabels(row), BigInt(row.timestamp))
      if (made === undefined) return undefined
      const line = toStagedLine(row, made.line, made.labels)
      return search.isRaw ? { ...line, body: made.line } : line
    },
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
function narrowed(
  { limit: _, isRaw: __, ...search }: LogExport,
  after: LogSearch['after'],
): Omit<LogSearch, 'limit'> {
  const at = after?.timestampNs
  if (at === undefined || at < search.startNs || at >= search.endNs) return { ...search, after }
  return search.direction === 'forward'
    ? { ...search, after, startNs: at }
    : { ...search, after, endNs: at + 1n }
}
