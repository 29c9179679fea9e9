import type { ClickHouseClient } from '@clickhouse/client'
import type { LogQuery } from '../../lib/logql/index.ts'
import { type Rollup, type SchemaForm, unlogged } from '../../store/index.ts'
import { answeredByRollup } from '../answered-by-rollup.ts'
import { toSql } from '../logql-sql.ts'

export interface DeleteOptions {
  store: ClickHouseClient
  form: SchemaForm
  tenant: string
  /** LogQL. */
  match: string
  /** Undefined: from the beginning, or to the end. */
  sinceMs: number | undefined
  untilMs: number | undefined
}

export interface Condition {
  sql: string
  params: Record<string, unknown>
}

/** Windows that go as a whole, in seconds: from one moment on, up to another. */
export interface WholeWindows {
  fromS: number
  toS: number
}

/** Nothing is older or newer than what a DateTime holds. */
export const lastMs = 4_294_967_295_000

/** The lines that a query and a time are about. */
export function linesOf({ tenant, sinceMs, untilMs }: DeleteOptions, query: LogQuery): Condition {
  const { sql, params } = toSql(query)
  return {
    sql: `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Milli({since:Int64})
      AND Timestamp < fromUnixTimestamp64Milli({until:Int64}) AND ${sql}`,
    params: { ...params, tenant, since: sinceMs ?? 0, until: untilMs ?? lastMs },
  }
}

/** What both are about, whose parameters have names of their own. */
export function allOf(a: Condition, b: Condition): Condition {
  return { sql: `${a.sql} AND ${b.sql}`, params: { ...a.params, ...b.params } }
}

/** Undefined where windows hold lines that the query cannot tell apart. */
export function wholeWindows(
  times: Pick<DeleteOptions, 'sinceMs' | 'untilMs'>,
  query: LogQuery,
  rollup: Rollup,
  seconds: number,
): WholeWindows | undefined {
  return answeredByRollup(query, rollup) ? windowsWithin(times, seconds) : undefined
}

/** Those that lie within a time as a whole. */
export function windowsWithin(
  { sinceMs, untilMs }: Pick<DeleteOptions, 'sinceMs' | 'untilMs'>,
  seconds: number,
): WholeWindows {
  const toS = Math.max(0, Math.floor((untilMs ?? lastMs) / 1000) - seconds)
  return { fromS: Math.ceil((sinceMs ?? 0) / 1000), toS }
}

/** Rows of a question that no server's log of queries is to have. */
export async function ask<T>(store: ClickHouseClient, { sql, params }: Condition): Promise<T[]> {
  const asked = { query: sql, query_params: params, clickhouse_settings: unlogged } as const
  const answer = await store.query({ ...asked, format: 'JSONEachRow' })
  return await answer.json<T>()
}
