import { type LabelCategory, pushable } from '../../lib/logql/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { encodeCursor } from '../cursor.ts'
import type { LogPage, LogSearch } from '../logs.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import { toStagedLine } from './staged-line.ts'
import { eachStagedRow } from './staged-rows.ts'

export interface LineSearch extends Omit<LogSearch, 'after' | 'fields'> {
  /** Asked of each line that was found, in their order. */
  takes?: ((timestampNs: bigint) => boolean) | undefined
}

/** A line as a query made it. */
export interface Entry {
  timestampNs: string
  line: string
  labels: (readonly [name: string, value: string, category: LabelCategory])[]
}

export interface FoundEntries {
  entries: Entry[]
  /** So many lines were looked at that the rest of the range was left out. */
  isCut: boolean
  cost: StoreCost
}

const pageLines = 5_000

/** Lines as Loki gives them. Errors: those of the store. */
export async function searchEntries(
  reader: StoreReader,
  search: LineSearch,
  signal: AbortSignal,
): Promise<FoundEntries> {
  const isWhole = search.takes === undefined && areAllPushable(search)
  const pageRows = isWhole ? search.limit : Math.max(search.limit, pageLines)
  const entries: Entry[] = []
  const { cost, isCut } = await eachStagedRow(
    reader,
    { ...search, pageRows, isStrict: true },
    signal,
    (row, line, labels) => {
      if (search.takes?.(BigInt(row.timestamp)) === false) return true
      entries.push({ timestampNs: row.timestamp, line, labels: [...labels.all()] })
      return entries.length < search.limit
    },
  )
  return { entries, isCut, cost }
}

function areAllPushable({ query }: LineSearch): boolean {
  return pushable(query, true).stages.length === query.stages.length
}

/** One page of lines as our own API gives them. Errors: those of the store. */
export async function searchStaged(
  reader: StoreReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<LogPage & { isCut: boolean }> {
  const logs: LogLine[] = []
  let late = 0
  const asked = { ...search, fields: undefined, pageRows: Math.max(search.limit, pageLines), isStrict: false }
  const looked = await eachStagedRow(reader, asked, signal, (row, line, labels) => {
    logs.push(toStagedLine(row, line, labels))
    late += row.late
    return logs.length < search.limit
  })
  const next = looked.last === undefined ? null : encodeCursor(looked.last)
  return { logs, next, late, cost: looked.cost, isCut: looked.isCut }
}
