import type { LogQuery } from '../../lib/logql/index.ts'
import { rollups, rollupTable } from '../../store/index.ts'
import { answeredByRollup } from '../answered-by-rollup.ts'
import { toSql } from '../logql-sql.ts'
import { rangeParams, timeRangeOf } from '../range.ts'
import { shapesFor } from '../read-shapes.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import { joinSimilar, type Pattern } from './similar.ts'

export interface PatternSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  stepMs: number
  limit: number
}

export interface Patterns {
  patterns: Pattern[]
  cost: StoreCost
  rollup: string | null
  /** Whether there are templates beyond those that were looked at. */
  isCut: boolean
}

/** Distinct templates looked at, the commonest; similar ones are put together after that. */
const maxTemplates = 2000

/**
 * Templates of the lines that match, by how many lines have them, with their lines per step. Where the query asks for
 * service and level alone whole windows come from the rollup, the ragged ends from the lines: the same answer.
 */
export async function logPatterns(
  reader: StoreReader,
  search: PatternSearch,
  signal: AbortSignal,
): Promise<Patterns> {
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const source = sourceOf(search, condition.sql)
  const sql = `WITH counted AS (${source.sql}),
      chosen AS (SELECT PatternId, sum(lines) AS total FROM counted GROUP BY PatternId ORDER BY total DESC, PatternId LIMIT ${maxTemplates + 1})
    SELECT template, groupArray((bucket, lines)) AS samples FROM (
      SELECT PatternId, bucket, sum(lines) AS lines FROM counted WHERE PatternId IN (SELECT PatternId FROM chosen) GROUP BY PatternId, bucket
    ) AS c INNER JOIN (
      SELECT PatternId, any(Template) AS template FROM log_patterns
      WHERE Tenant = {tenant:String} AND PatternId IN (SELECT PatternId FROM chosen) GROUP BY PatternId
    ) AS t USING (PatternId) GROUP BY PatternId, template`
  const params: SqlParams = {
    ...condition.params,
    ...rangeParams(search),
    ...source.params,
    step: search.stepMs,
  }
  const { rows, cost } = await reader.rows<Row>(sql, params, signal)
  // of what was deleted the rollup has windows that count nothing
  const found = rows.map(toPattern).filter(({ count }) => count > 0)
  return {
    patterns: joinSimilar(found).slice(0, search.limit),
    cost,
    rollup: source.rollup,
    isCut: found.length > maxTemplates,
  }
}

interface Row {
  template: string
  samples: [bucket: number, lines: number][]
}

function toPattern({ template, samples }: Row): Pattern {
  const byTime = samples.map(([bucket, lines]) => [Number(bucket), Number(lines)] as const)
  byTime.sort(([a], [b]) => a - b)
  return { template, count: byTime.reduce((sum, [, lines]) => sum + lines, 0), samples: new Map(byTime) }
}

const bucketOf = (ms: string) => `toUInt64(intDiv(${ms}, {step:UInt64})) * {step:UInt64}`

function fromLines(start: string, end: string, condition: string): string {
  const range = timeRangeOf(start, end)
  return `SELECT PatternId, ${bucketOf('toUnixTimestamp64Milli(Timestamp)')} AS bucket, count() AS lines
      FROM otel_logs WHERE ${range} AND ${condition} GROUP BY PatternId, bucket`
}

/** Lines up to the first whole window, the rollup over all whole ones, lines from the last one's end. */
function sourceOf(
  { query, startNs, endNs, stepMs }: PatternSearch,
  condition: string,
): { sql: string; params: SqlParams; rollup: string | null } {
  const window = rollups.patterns.windows.findLast(({ seconds }) => stepMs % (seconds * 1000) === 0)
  const lines = { sql: fromLines('start', 'end', condition), params: {}, rollup: null }
  if (window === undefined || !answeredByRollup(query, rollups.patterns)) return lines
  const windowNs = BigInt(window.seconds) * 1_000_000_000n
  const from = ((startNs + windowNs - 1n) / windowNs) * windowNs
  const to = (endNs / windowNs) * windowNs
  if (from >= to) return lines
  const table = rollupTable(rollups.patterns, window)
  const rolled = `SELECT PatternId, ${bucketOf('toUnixTimestamp(Window) * 1000')} AS bucket, sum(Lines) AS lines
      FROM ${table} WHERE Tenant = {tenant:String} AND Window >= fromUnixTimestamp64Nano({from:Int64})
        AND Window < fromUnixTimestamp64Nano({to:Int64}) AND ${condition} GROUP BY PatternId, bucket`
  const parts = [
    startNs < from ? fromLines('start', 'from', condition) : undefined,
    rolled,
    to < endNs ? fromLines('to', 'end', condition) : undefined,
  ]
  const sql = parts.filter(part => part !== undefined).join(' UNION ALL ')
  return { sql, params: { from, to }, rollup: table }
}
