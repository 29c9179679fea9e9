import { compilePipeline, type LineLabels, type LogQuery, pushable } from '../../lib/logql/index.ts'
import type { Position } from '../cursor.ts'
import { type LogRow, type LogSearch, positionOf, searchStatement } from '../logs.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import { RowLabels } from './row-labels.ts'

export interface StagedSearch extends Omit<LogSearch, 'after' | 'fields' | 'limit'> {
  after?: Position | undefined
  /** How many rows the store is asked for at once. */
  pageRows: number
  /** How a label that is no number compares: as in Loki, or as our own filters have it. */
  isStrict: boolean
}

/** Told of each line that the query takes, in the search's order; false ends it. */
export type TakeRow = (row: LogRow, line: string, labels: LineLabels) => boolean

export interface Looked {
  cost: StoreCost
  /** So many were looked at that the rest of the range was left out. */
  isCut: boolean
  /** Of the last row that was looked at, where the range did not end. */
  last: Position | undefined
}

const maxLooked = 1_000_000

/**
 * Lines with all stages of LogQL: the store gives those that may be asked for, page by page, and what it cannot test is
 * tested here. Errors: those of the store.
 */
export async function eachStagedRow(
  reader: StoreReader,
  search: StagedSearch,
  signal: AbortSignal,
  take: TakeRow,
): Promise<Looked> {
  const { matchers, stages } = pushable(search.query, search.isStrict)
  const process = compilePipeline(rest(search.query), search.isStrict ? 'error-label' : 'exclude')
  const cost = { rows: 0, bytes: 0 }
  let { after } = search
  for (let looked = 0; looked < maxLooked; looked += search.pageRows) {
    const page = { ...search, query: { matchers, stages }, limit: search.pageRows, after }
    const { sql, params } = await searchStatement(reader, page, signal)
    const answer = await reader.rows<LogRow>(sql, params, signal)
    cost.rows += answer.cost.rows
    cost.bytes += answer.cost.bytes
    for (const row of answer.rows) {
      const made = process(row.body, new RowLabels(row), BigInt(row.timestamp))
      if (made !== undefined && !take(row, made.line, made.labels))
        return { cost, isCut: false, last: positionOf(row) }
    }
    const last = answer.rows.at(-1)
    if (answer.rows.length < search.pageRows || last === undefined)
      return { cost, isCut: false, last: undefined }
    after = positionOf(last)
  }
  return { cost, isCut: true, last: after }
}

/** The store has tested the selector. */
function rest({ stages }: LogQuery): LogQuery {
  return { matchers: [], stages }
}
