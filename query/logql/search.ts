import { compilePipeline, type LabelCategory, pushable } from '../../lib/logql/index.ts'
import type { Position } from '../cursor.ts'
import { type LogRow, type LogSearch, positionOf, searchStatement } from '../logs.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import { RowLabels } from './row-labels.ts'

export interface LineSearch extends Omit<LogSearch, 'after' | 'fields'> {
  /** Asked of each line that was found, in their order. */
  takes?: ((timestampNs: bigint) => boolean) | undefined
}

/** A line as a query made it. */
export interface Entry {
  timestampNs: string
  line: string
  labels: readonly (readonly [name: string, value: string, category: LabelCategory])[]
}

export interface FoundEntries {
  entries: Entry[]
  /** So many lines were looked at that the rest was left out. */
  isCut: boolean
  cost: StoreCost
}

const pageLines = 5_000
const maxLooked = 1_000_000

/**
 * Lines with all stages of LogQL: the store gives those that may be asked for, page by page, and what it cannot test is
 * tested here. Errors: those of the store.
 */
export async function searchEntries(
  reader: StoreReader,
  search: LineSearch,
  signal: AbortSignal,
): Promise<FoundEntries> {
  const { matchers, stages } = pushable(search.query, true)
  const isWhole = stages.length === search.query.stages.length && search.takes === undefined
  const process = compilePipeline({ matchers: [], stages: search.query.stages })
  const limit = isWhole ? search.limit : Math.max(search.limit, pageLines)
  const entries: Entry[] = []
  const cost = { rows: 0, bytes: 0 }
  let after: Position | undefined
  for (let looked = 0; looked < maxLooked; looked += limit) {
    const page = { ...search, query: { matchers, stages }, limit, after }
    const { sql, params } = await searchStatement(reader, page, signal)
    const answer = await reader.rows<LogRow>(sql, params, signal)
    cost.rows += answer.cost.rows
    cost.bytes += answer.cost.bytes
    for (const row of answer.rows) {
      const made = process(row.body, new RowLabels(row), BigInt(row.timestamp))
      if (made === undefined || search.takes?.(BigInt(row.timestamp)) === false) continue
      entries.push({ timestampNs: row.timestamp, line: made.line, labels: [...made.labels.all()] })
      if (entries.length === search.limit) return { entries, isCut: false, cost }
    }
    const last = answer.rows.at(-1)
    if (answer.rows.length < limit || last === undefined) return { entries, isCut: false, cost }
    after = positionOf(last)
  }
  return { entries, isCut: true, cost }
}
