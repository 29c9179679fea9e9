import { type LabelCategory, type LineLabels, pushable } from '../../lib/logql/index.ts'
import { encodeCursor } from '../cursor.ts'
import { type LogPage, type LogRow, type LogSearch, toLogLine } from '../logs.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
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

/**
 * One page of lines as our own API gives them: the line stays what it is, its message is what the stages made of it, and
 * labels that they made stand beside its attributes. Errors: those of the store.
 */
export async function searchStaged(
  reader: StoreReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<LogPage & { isCut: boolean }> {
  const found: { row: LogRow; line: string; made: Record<string, string> }[] = []
  const asked = { ...search, fields: undefined, pageRows: Math.max(search.limit, pageLines), isStrict: false }
  const looked = await eachStagedRow(reader, asked, signal, (row, line, labels) => {
    found.push({ row, line, made: parsedIn(labels) })
    return found.length < search.limit
  })
  return {
    logs: found.map(({ row, line, made }) => {
      const own = toLogLine(row)
      const attributes = { ...own.attributes, ...made }
      return line === row.body ? { ...own, attributes } : { ...own, attributes, message: line }
    }),
    next: looked.last === undefined ? null : encodeCursor(looked.last),
    late: found.filter(({ row }) => row.late === 1).length,
    cost: looked.cost,
    isCut: looked.isCut,
  }
}

function parsedIn(labels: LineLabels): Record<string, string> {
  return Object.fromEntries(
    [...labels.all()].flatMap(([name, value, category]) => (category === 'parsed' ? [[name, value]] : [])),
  )
}
