import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import {
  type CountedRollup,
  localTable,
  type RollupWindow,
  rollups,
  rollupTable,
  type SchemaForm,
  unlogged,
} from '../../store/index.ts'
import { toSql } from '../logql-sql.ts'
import { countedLines, type KnownRollup, linesCounted, rollupParams } from './counted-rollups.ts'
import { ask, type Condition } from './lines.ts'
import { oneBlock } from './one-block.ts'
import { keptSql, notedSql, othersKey } from './rollup-sql.ts'

const reached: Readonly<Record<string, string>> = { min: 'GoneMin <= Least', max: 'GoneMax >= Greatest' }

/** Under which what is to be counted anew in a table is noted. */
const recountOf = (deletion: string, table: string) => `${deletion} ${table}`

/**
 * Which lines were counted among the others of a window nobody knows, so their least and greatest value cannot be found again:
 * where one that is gone may have had it, the series has none there from then on, rather than a wrong one. To be called before
 * the counts are taken, which tell whether a line was among the others.
 */
export async function noteOverflow(
  store: ClickHouseClient,
  deletion: string,
  rollup: KnownRollup,
  labels: readonly string[],
  window: RollupWindow,
): Promise<void> {
  const isReached = reached[rollup.kind]
  if (isReached === undefined || labels.length === 0) return
  const table = rollupTable(rollups.custom, window)
  const kept = keptSql(table, window.seconds)
  await store.command({
    query: `INSERT INTO deleted_rollups (DeletionId, Tenant, RollupName, Definition, Series, Window, Labels)
      SELECT {recounted:String}, {rollupTenant:String}, {rollup:String}, {definition:UInt64}, Kept, gone.Start, Names
      FROM (
        SELECT noted.Start AS Start, ${othersKey} AS Key, min(GoneMin) AS GoneMin, max(GoneMax) AS GoneMax
        FROM (${notedSql(window.seconds)}) AS noted
        GLOBAL LEFT JOIN (${kept}) AS own ON noted.Start = own.Start AND noted.Key = own.Key
        WHERE Gone > There GROUP BY Start
      ) AS gone
      GLOBAL INNER JOIN (${kept}) AS kept ON gone.Start = kept.Start AND gone.Key = kept.Key
      WHERE There > 0 AND ${isReached}`,
    query_params: { ...rollupParams(rollup), id: deletion, labels, recounted: recountOf(deletion, table) },
    clickhouse_settings: { async_insert: 0 },
  })
}

/**
 * The least and the greatest value of a window cannot be counted down: where a line that is gone had it, the series' window is
 * counted anew from the lines that are left. Which windows is written down first, and what is counted anew does not add up, so
 * that it may be ended and repeated.
 */
export async function recountExtremes(
  store: ClickHouseClient,
  form: SchemaForm,
  deletion: string,
  rollup: KnownRollup,
  counted: CountedRollup,
  window: RollupWindow,
): Promise<void> {
  const isReached = reached[rollup.kind]
  if (isReached === undefined) return
  const table = rollupTable(rollups.custom, window)
  const params = { ...rollupParams(rollup), id: deletion, recounted: recountOf(deletion, table) }
  await store.command({
    query: `INSERT INTO deleted_rollups (DeletionId, Tenant, RollupName, Definition, Series, Window, Labels)
      SELECT {recounted:String}, {rollupTenant:String}, {rollup:String}, {definition:UInt64}, Kept, noted.Start, Names
      FROM (${notedSql(window.seconds)}) AS noted
      GLOBAL INNER JOIN (${keptSql(table, window.seconds)}) AS kept ON noted.Start = kept.Start AND noted.Key = kept.Key
      WHERE There > 0 AND ${isReached}`,
    query_params: params,
    clickhouse_settings: { async_insert: 0 },
  })
  const [between] = await ask<{ from: number; to: number; windows: string }>(store, {
    sql: `SELECT toUnixTimestamp(min(Window)) AS from, toUnixTimestamp(max(Window)) AS to, toString(count()) AS windows
      FROM deleted_rollups WHERE ${toRecount}`,
    params,
  })
  if (between === undefined || Number(between.windows) === 0) return
  await store.command({
    query: `ALTER TABLE ${localTable(form, table)} DELETE WHERE Tenant = {rollupTenant:String} AND RollupName = {rollup:String}
      AND Definition = {definition:UInt64} AND (Series, Window) IN (SELECT Series, Window FROM deleted_rollups WHERE ${toRecount})`,
    query_params: params,
    clickhouse_settings: { mutations_sync: '2', ...unlogged },
  })
  const lines = linesBetween(counted, between, window)
  await recount(
    store,
    table,
    countedLines(counted, lines, `otel_logs WHERE ${lines.sql}`, window.seconds),
    params,
  )
}

const toRecount = `DeletionId = {recounted:String} AND Tenant = {rollupTenant:String} AND RollupName = {rollup:String}
  AND Definition = {definition:UInt64}`

function linesBetween(
  counted: CountedRollup,
  { from, to }: { from: number; to: number },
  window: RollupWindow,
): Condition {
  const { sql, params } = toSql(linesCounted(counted))
  return {
    sql: `Timestamp >= toDateTime64({from:UInt32}, 9) AND Timestamp < toDateTime64({to:UInt32}, 9) AND ${sql}`,
    params: { ...params, from, to: to + window.seconds },
  }
}

async function recount(
  store: ClickHouseClient,
  table: string,
  { sql, params }: Condition,
  about: Record<string, unknown>,
): Promise<void> {
  await store.command({
    query: `INSERT INTO ${table} (Tenant, RollupName, Definition, Series, Window, Labels, Count, Sum, Min, Max, IngestedOn)
      SELECT {rollupTenant:String}, {rollup:String}, {definition:UInt64}, Recounted, Start, Names, count(),
        sum(assumeNotNull(Value)), min(assumeNotNull(Value)), max(assumeNotNull(Value)), today()
      FROM (${sql}) AS counted
      GLOBAL INNER JOIN (
        SELECT DISTINCT Series AS Recounted, Window, Labels AS Names FROM deleted_rollups WHERE ${toRecount}
      ) AS touched ON counted.Start = touched.Window AND toString(counted.Labels) = toString(touched.Names)
      GROUP BY Recounted, Start, Names ORDER BY ALL`,
    query_params: { ...params, ...about },
    // noted like all parts of the table, and never taken for one that was there
    clickhouse_settings: {
      ...oneBlock,
      ...unlogged,
      insert_deduplicate: 1,
      insert_deduplication_token: randomUUID(),
    },
  })
}
