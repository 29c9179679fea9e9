import type { ClickHouseClient } from '@clickhouse/client'
import { type LogQuery, parseLogQuery } from '../../lib/logql/index.ts'
import {
  forgetMutations,
  lineBytes,
  localTable,
  noteDeletion,
  type Rollup,
  type RollupWindow,
  rollups,
  rollupTable,
  type SchemaForm,
  unlogged,
} from '../../store/index.ts'
import { answeredByRollup } from '../answered-by-rollup.ts'
import { toSql } from '../logql-sql.ts'
import { atOnce } from './at-once.ts'
import {
  countedIn,
  forgetCounts,
  noteBegun,
  noteCounts,
  subtractCounts,
  type WholeWindows,
} from './counts.ts'
import { untilGone } from './going.ts'
import { withinRecords } from './narrow.ts'
import { deleteTemplates } from './templates.ts'

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

export interface DeletionPreview {
  lines: number
  spans: number
  samples: number
  /** Rows of rollups, templates and series: some are kept for years after what they were made of. */
  counts: number
  /** Bytes of the lines. */
  bytes: number
  days: { day: string; lines: number }[]
  /** Where the numbers of what goes are kept, and cannot be taken apart. */
  stays: string[]
}

interface Condition {
  sql: string
  params: Record<string, unknown>
}

/** What goes from one table. */
interface Target extends Condition {
  table: string
}

const maxDays = 4_000
const sampleTables: ReadonlySet<string> = new Set(['metric_samples', 'metric_histograms'])
/** Nothing is older or newer than what a DateTime holds. */
const lastMs = 4_294_967_295_000

/** What a deletion would take, without taking it. Errors: QUERY_INVALID; those of the store. */
export async function previewDeletion(options: DeleteOptions): Promise<DeletionPreview> {
  const query = parseLogQuery(options.match)
  const lines = linesOf(options, query)
  const days = await ask<{ day: string; lines: string; bytes: string }>(options.store, {
    sql: `SELECT toString(toDate(Timestamp)) AS day, toString(count()) AS lines, toString(sum(${lineBytes})) AS bytes
      FROM otel_logs WHERE ${lines.sql} GROUP BY day ORDER BY day LIMIT ${maxDays}`,
    params: lines.params,
  })
  const targets = besideLines(options, query)
  const count = async (isMeant: (table: string) => boolean) => {
    let rows = 0
    for (const target of targets.filter(({ table }) => isMeant(table)))
      rows += await countRows(options.store, target)
    return rows
  }
  const byDay = days.map(({ day, lines: n, bytes }) => ({ day, lines: Number(n), bytes: Number(bytes) }))
  return {
    lines: byDay.reduce((sum, one) => sum + one.lines, 0),
    spans: await count(table => table === 'otel_traces'),
    samples: await count(table => sampleTables.has(table)),
    counts: await count(table => table !== 'otel_traces' && !sampleTables.has(table)),
    bytes: byDay.reduce((sum, one) => sum + one.bytes, 0),
    days: byDay.map(({ day, lines: n }) => ({ day, lines: n })),
    stays: whatStays(query, await hasCustomRollups(options)),
  }
}

/**
 * Deletes lines for good: noted first, so that `verify` knows; then from the tables, in whose place new parts without them
 * come; then from rollups and templates. Where a query is about services and hosts alone,
 * their spans and metrics go as well. Repeating it is harmless.
 */
export async function deleteLines(
  options: DeleteOptions,
  /** `why` stands in the note in place of the query, which may say what is to be forgotten. */
  note: { by: string; preview: DeletionPreview; nowMs: number; why?: string | undefined },
): Promise<void> {
  const { store, tenant, match } = options
  const query = parseLogQuery(match)
  const lines = linesOf(options, query)
  const { by, nowMs, why, preview } = note
  const reason = why ?? `millrace store delete --match ${match}`
  const named = why === undefined ? match : ''
  const days = preview.days.map(({ day }) => day)
  const about = { tenant, by, query: named, reason, rows: preview.lines, nowMs }
  const id = preview.lines > 0 ? await noteDeletion(store, about, lines, days) : undefined
  if (id !== undefined) {
    const noted = await withinRecords(store, id, lines)
    await noteCounts(store, id, noted)
    await takeOut(options, { table: 'otel_logs', ...noted }, '0')
  }
  // windows that go as a whole are found by the query again
  const isWhole = countedIn.some(rollup => answeredByRollup(query, rollup))
  if (id !== undefined && !isWhole) await noteBegun(store, { id, tenant })
  if (id !== undefined) await untilGone(store, options.form)
  await takeOutBeside(options, query)
  if (id !== undefined) await deleteTemplates(store, options.form, { id, tenant })
  await forgetMutations(store, options.form)
  if (id === undefined) return
  for (const rollup of countedIn)
    await subtractCounts(store, { id, tenant }, rollup, seconds =>
      wholeWindows(options, query, rollup, seconds),
    )
  await forgetCounts(store, options.form, id)
}

/** Of tables that have nothing of it no part is touched: one that is costs as much as a part with lines to take. */
async function takeOutBeside(options: DeleteOptions, query: LogQuery): Promise<void> {
  const targets = besideLines(options, query)
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

async function countRows(store: ClickHouseClient, { table, sql, params }: Target): Promise<number> {
  const counted = { sql: `SELECT toString(count()) AS n FROM ${table} WHERE ${sql}`, params }
  return Number((await ask<{ n: string }>(store, counted))[0]?.n ?? 0)
}

/** `sync` as in `mutations_sync`: 0 only tells the engine, 2 waits for it. */
async function takeOut({ store, form }: DeleteOptions, { table, sql, params }: Target, sync: '0' | '2') {
  await store.command({
    query: `ALTER TABLE ${localTable(form, table)} DELETE WHERE ${sql}`,
    query_params: params,
    clickhouse_settings: { mutations_sync: sync, ...unlogged },
  })
}

function linesOf({ tenant, sinceMs, untilMs }: DeleteOptions, query: LogQuery): Condition {
  const { sql, params } = toSql(query)
  return {
    sql: `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Milli({since:Int64})
      AND Timestamp < fromUnixTimestamp64Milli({until:Int64}) AND ${sql}`,
    params: { ...params, tenant, since: sinceMs ?? 0, until: untilMs ?? lastMs },
  }
}

/** What goes as a whole where the query asks for services and hosts alone, whether its lines are still there or not. */
function besideLines(options: DeleteOptions, query: LogQuery): Target[] {
  return [
    ...ofRollup(options, query, rollups.logs),
    ...ofRollup(options, query, rollups.patterns),
    ...ofTemplates(options, query),
    ...ofResources(options, query),
  ]
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

/** Undefined where windows hold lines that the query cannot tell apart. */
function wholeWindows(
  { sinceMs, untilMs }: DeleteOptions,
  query: LogQuery,
  rollup: Rollup,
  seconds: number,
): WholeWindows | undefined {
  if (!answeredByRollup(query, rollup)) return undefined
  const toS = Math.max(0, Math.floor((untilMs ?? lastMs) / 1000) - seconds)
  return { fromS: Math.ceil((sinceMs ?? 0) / 1000), toS }
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
function isAbout(query: LogQuery, names: readonly string[]): boolean {
  const dimensions = Object.fromEntries(names.map(name => [name, '']))
  return answeredByRollup(query, { ...rollups.logs, dimensions })
}

function whatStays(query: LogQuery, hasCustom: boolean): string[] {
  const templates =
    'templates of messages that other lines have as well, with their values left out (log_patterns)'
  const stays = ['what is in the topics still, until their retention is over: it is not read again']
  if (!isAbout(query, ['ServiceName'])) stays.push(templates)
  if (!isAbout(query, ['ServiceName', 'Host']))
    stays.push('spans and metrics: they go where a query is about services and hosts alone')
  if (hasCustom)
    stays.push(
      'what the rollups of the configuration have counted (custom_rollup): they count these lines on',
    )
  return stays
}

/** Whether there is a row of any: each has windows of the lengths that its definition names. */
async function hasCustomRollups({ store, tenant }: DeleteOptions): Promise<boolean> {
  const ofWindow = (window: RollupWindow) =>
    `(SELECT 1 AS one FROM ${rollupTable(rollups.custom, window)} WHERE Tenant = {tenant:String} LIMIT 1)`
  const sql = rollups.custom.windows.map(ofWindow).join(' UNION ALL ')
  return (await ask(store, { sql, params: { tenant } })).length > 0
}

async function ask<T>(store: ClickHouseClient, { sql, params }: Condition): Promise<T[]> {
  const asked = { query: sql, query_params: params, clickhouse_settings: unlogged } as const
  const answer = await store.query({ ...asked, format: 'JSONEachRow' })
  return await answer.json<T>()
}
