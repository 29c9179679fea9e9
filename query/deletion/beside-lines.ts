import type { ClickHouseClient } from '@clickhouse/client'
import type { LogQuery } from '../../lib/logql/index.ts'
import { localTable, type Rollup, rollups, rollupTable, unlogged } from '../../store/index.ts'
import { answeredByRollup } from '../answered-by-rollup.ts'
import { toSql } from '../logql-sql.ts'
import { atOnce } from './at-once.ts'
import { ask, type Condition, type DeleteOptions, lastMs, wholeWindows } from './lines.ts'

/** What goes from one table. */
export interface Target extends Condition {
  table: string
}

/**
 * What goes as a whole where the query asks for services and hosts alone, whether its lines are still there or not. `counts`:
 * of which time windows of lines do.
 */
export function besideLines(options: DeleteOptions, query: LogQuery, counts = options): Target[] {
  return [
    ...ofRollup(counts, query, rollups.logs),
    ...ofRollup(counts, query, rollups.patterns),
    ...ofTemplates(options, query),
    ...ofResources(options, query),
  ]
}

/** Of tables that have nothing of it no part is touched: one that is costs as much as a part with lines to take. */
export async function takeOutBeside(
  options: DeleteOptions,
  query: LogQuery,
  counts = options,
): Promise<void> {
  const targets = besideLines(options, query, counts)
  const takeAll = async (isMeant: (table: string) => boolean) =>
    await atOnce(
      targets
        .filter(({ table }) => isMeant(table))
        .map(target => async () => {
          if ((await countRows(options.store, target)) > 0) await takeOut(options, target, '2')
        }),
    )
  // the series last: the others are found by them
  await takeAll(table => table !== 'metric_series')
  await takeAll(table => table === 'metric_series')
}

export async function countRows(store: ClickHouseClient, { table, sql, params }: Target): Promise<number> {
  const counted = { sql: `SELECT toString(count()) AS n FROM ${table} WHERE ${sql}`, params }
  return Number((await ask<{ n: string }>(store, counted))[0]?.n ?? 0)
}

/** `sync` as in `mutations_sync`: 0 only tells the engine, 2 waits for it. */
export async function takeOut(
  { store, form }: Pick<DeleteOptions, 'store' | 'form'>,
  { table, sql, params }: Target,
  sync: '0' | '2',
): Promise<void> {
  await store.command({
    query: `ALTER TABLE ${localTable(form, table)} DELETE WHERE ${sql}`,
    query_params: params,
    clickhouse_settings: { mutations_sync: sync, ...unlogged },
  })
}

/** Windows that lie within the time as a whole: of those at its edges lines are counted down. */
function ofRollup(options: DeleteOptions, query: LogQuery, rollup: Rollup): Target[] {
  const { sql, params } = toSql(query)
  return rollup.windows.flatMap(window => {
    const whole = wholeWindows(options, query, rollup, window.seconds)
    if (whole === undefined) return []
    const { fromS, toS } = whole
    return {
      table: rollupTable(rollup, window),
      sql: `Tenant = {tenant:String} AND Window >= {since:UInt32} AND Window <= {last:UInt32} AND ${sql}`,
      params: { ...params, tenant: options.tenant, since: fromS, last: toS },
    }
  })
}

/** Templates say nothing of time or level. */
function ofTemplates({ tenant, sinceMs, untilMs }: DeleteOptions, query: LogQuery): Target[] {
  const isWhole = sinceMs === undefined && untilMs === undefined
  if (!isWhole || !isAbout(query, ['ServiceName'])) return []
  const { sql, params } = toSql(query)
  return [
    { table: 'log_patterns', sql: `Tenant = {tenant:String} AND ${sql}`, params: { ...params, tenant } },
  ]
}

/** Spans and metrics of services and hosts. */
function ofResources({ tenant, sinceMs, untilMs }: DeleteOptions, query: LogQuery): Target[] {
  if (!isAbout(query, ['ServiceName', 'Host'])) return []
  const { sql, params } = toSql(query)
  const all = { ...params, tenant, since: sinceMs ?? 0, until: untilMs ?? lastMs }
  const between = `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Milli({since:Int64})
    AND Timestamp < fromUnixTimestamp64Milli({until:Int64})`
  const series = `Fingerprint IN (SELECT Fingerprint FROM metric_series WHERE Tenant = {tenant:String} AND ${sql})`
  const rolledUp = rollups.metrics.windows.map(window => ({
    table: rollupTable(rollups.metrics, window),
    sql: `Tenant = {tenant:String} AND Window >= {first:UInt32} AND Window <= {last:UInt32} AND ${series}`,
    params: {
      ...all,
      first: Math.ceil(all.since / 1000),
      last: Math.max(0, Math.floor(all.until / 1000) - window.seconds),
    },
  }))
  const samples = ['metric_samples', 'metric_histograms', 'metric_exemplars'].map(table => ({
    table,
    sql: `${between} AND ${series}`,
    params: all,
  }))
  const isWhole = sinceMs === undefined && untilMs === undefined
  const names = { table: 'metric_series', sql: `Tenant = {tenant:String} AND ${sql}`, params: all }
  return [
    { table: 'otel_traces', sql: `${between} AND ${sql}`, params: all },
    ...samples,
    ...rolledUp,
    ...(isWhole ? [names] : []),
  ]
}

/** Whether the query looks at these columns alone. */
export function isAbout(query: LogQuery, names: readonly string[]): boolean {
  const dimensions = Object.fromEntries(names.map(name => [name, '']))
  return answeredByRollup(query, { ...rollups.logs, dimensions })
}
