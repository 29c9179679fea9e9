import type { ClickHouseClient } from '@clickhouse/client'
import {
  lineBytes,
  localTable,
  type Rollup,
  rollups,
  rollupTable,
  rollupWindows,
  type SchemaForm,
  unlogged,
} from '../../store/index.ts'
import { atOnce } from './at-once.ts'
import { ask, type WholeWindows } from './lines.ts'
import { oneBlock } from './one-block.ts'

const finestSeconds = rollupWindows[0].seconds

/** Notes how many lines of each window are about to go. */
export async function noteCounts(
  store: ClickHouseClient,
  id: string,
  condition: { sql: string; params: Record<string, unknown> },
): Promise<void> {
  await store.command({
    query: `INSERT INTO deleted_counts (DeletionId, Tenant, Window, ServiceName, Level, Host, PatternId, Lines, Bytes)
      SELECT {deletion:String}, Tenant, toDateTime(intDiv(toUnixTimestamp(toDateTime(Timestamp)), ${finestSeconds}) * ${finestSeconds}) AS Start,
        ServiceName, Level, Host, PatternId, count(), sum(${lineBytes})
      FROM otel_logs WHERE ${condition.sql} GROUP BY Tenant, Start, ServiceName, Level, Host, PatternId`,
    query_params: { ...condition.params, deletion: id },
    clickhouse_settings: { async_insert: 0, ...unlogged },
  })
}

/** A deletion whose lines are told to go. */
export interface Begun {
  id: string
  tenant: string
  /** Names of rollups of which windows within a time go as a whole; of the others, and at its edges, they are counted down. */
  whole: readonly string[]
  sinceMs: number
  untilMs: number
}

/** Notes it, before: from then on it can be gone on with, and nothing else must be known for it. */
export async function noteBegun(store: ClickHouseClient, begun: Begun): Promise<void> {
  await store.command({
    query: `INSERT INTO deleted_counts (DeletionId, Tenant, IsBegun, Whole, WholeFrom, WholeTo)
      SELECT {id:String}, {tenant:String}, 1, {whole:Array(String)}, {sinceMs:Int64}, {untilMs:Int64}`,
    query_params: { ...begun },
    clickhouse_settings: { async_insert: 0 },
  })
}

/** Those of a tenant that are not done, also those that somebody carries out just now. */
export async function begunDeletions({
  store,
  tenant,
}: {
  store: ClickHouseClient
  tenant: string
}): Promise<Begun[]> {
  const rows = await ask<Begun & { sinceMs: string; untilMs: string }>(store, {
    sql: `SELECT DeletionId AS id, Tenant AS tenant, any(Whole) AS whole, toString(any(WholeFrom)) AS sinceMs, toString(any(WholeTo)) AS untilMs
      FROM deleted_counts WHERE Tenant = {tenant:String} AND IsBegun = 1 GROUP BY id, tenant ORDER BY id`,
    params: { tenant },
  })
  return rows.map(row => ({ ...row, sinceMs: Number(row.sinceMs), untilMs: Number(row.untilMs) }))
}

/**
 * Takes what was noted from the windows that are still there: as rows that count down, since these are added up like all
 * others, whoever else adds to the window meanwhile. To be called once the lines are gone: where it is not, too much is counted, and
 * never too little, until it is. Repeating it does nothing. `gone`: windows whose rows went already.
 */
export async function subtractCounts(
  store: ClickHouseClient,
  deletion: { id: string; tenant: string },
  rollup: Rollup,
  gone: (windowSeconds: number) => WholeWindows | undefined,
): Promise<void> {
  const names = ['Tenant', 'Window', ...Object.keys(rollup.dimensions)]
  const keys = names.join(', ')
  const others = names.filter(name => name !== 'Window')
  const measures = Object.keys(rollup.measures)
  const sums = (as: string) => measures.map(name => `sum(${name}) AS ${as}${name}`).join(', ')
  const less = measures.map(name => `toUInt64(-toInt64(least(gone${name}, there${name})))`).join(', ')
  const tasks = rollup.windows.map(window => async () => {
    const start = `toDateTime(intDiv(toUnixTimestamp(Window), ${window.seconds}) * ${window.seconds})`
    const whole = gone(window.seconds)
    const left = whole === undefined ? '' : 'AND (Window < {from:UInt32} OR Window > {to:UInt32})'
    const table = rollupTable(rollup, window)
    await store.command({
      query: `INSERT INTO ${table} (${keys}, ${measures.join(', ')}, IngestedOn)
        SELECT ${names.map(name => `kept.${name}`).join(', ')}, ${less}, newest FROM
          (SELECT ${start} AS Start, ${others.join(', ')}, ${sums('gone')} FROM deleted_counts
            WHERE DeletionId = {id:String} GROUP BY Start, ${others.join(', ')}) AS noted
        GLOBAL INNER JOIN
          (SELECT ${keys}, ${sums('there')}, max(IngestedOn) AS newest FROM ${table}
            WHERE Tenant = {tenant:String} ${left}
              AND Window GLOBAL IN (SELECT DISTINCT ${start} FROM deleted_counts WHERE DeletionId = {id:String})
            GROUP BY ${keys}) AS kept
        ON noted.Start = kept.Window AND ${others.map(name => `noted.${name} = kept.${name}`).join(' AND ')}
        WHERE thereLines > 0 ORDER BY ALL`,
      query_params: { ...deletion, from: whole?.fromS ?? 0, to: whole?.toS ?? 0 },
      clickhouse_settings: {
        ...oneBlock,
        insert_deduplicate: 1,
        insert_deduplication_token: `delete/${deletion.id}/${table}`,
      },
    })
  })
  await atOnce(tasks)
}

/** What was noted is of no use any more once it was taken from all windows; that it is gone says so. */
export async function forgetCounts(store: ClickHouseClient, form: SchemaForm, id: string): Promise<void> {
  await store.command({
    query: `ALTER TABLE ${localTable(form, 'deleted_counts')} DELETE WHERE DeletionId = {id:String}`,
    query_params: { id },
    clickhouse_settings: { mutations_sync: '2' },
  })
}

/** The rollups that lines are counted in. */
export const countedIn: readonly Rollup[] = [rollups.logs, rollups.patterns]
