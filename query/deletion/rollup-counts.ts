import type { ClickHouseClient } from '@clickhouse/client'
import type { LogQuery } from '../../lib/logql/index.ts'
import {
  localTable,
  type RollupWindow,
  rollups,
  rollupTable,
  rollupWindows,
  type SchemaForm,
  unlogged,
} from '../../store/index.ts'
import {
  both,
  countedLines,
  type KnownRollup,
  knownRollups,
  linesCounted,
  rollupParams,
} from './counted-rollups.ts'
import { ask, type Condition } from './lines.ts'
import { oneBlock } from './one-block.ts'
import { noteOverflow, recountExtremes } from './rollup-extremes.ts'
import { keptSql, notedSql, othersKey } from './rollup-sql.ts'

/**
 * Notes what lines that are about to go have brought to the rollups of the configuration. `linesOf` gives the lines of a query
 * among those.
 */
export async function noteRollupCounts(
  store: ClickHouseClient,
  id: string,
  query: LogQuery,
  linesOf: (query: LogQuery) => Promise<Condition>,
): Promise<void> {
  for (const rollup of await knownRollups(store)) {
    const { counted } = rollup
    if (counted === undefined) continue
    const lines = await linesOf(both(query, linesCounted(counted)))
    const offsets = 'deleted_rows WHERE DeletionId = {deletion:String}'
    const { sql, params } = countedLines(counted, lines, offsets, rollupWindows[0].seconds)
    await store.command({
      query: `INSERT INTO deleted_rollups (DeletionId, Tenant, RollupName, Definition, Window, Labels, Count, Sum, Min, Max)
        SELECT {deletion:String}, {rollupTenant:String}, {rollup:String}, {definition:UInt64}, Start, Labels, count(),
          sum(assumeNotNull(Value)), min(assumeNotNull(Value)), max(assumeNotNull(Value)) FROM (${sql}) GROUP BY Start, Labels`,
      query_params: { ...params, ...rollupParams(rollup), deletion: id },
      clickhouse_settings: { async_insert: 0, ...unlogged },
    })
  }
}

/**
 * Takes what was noted from the rollups of the configuration, and finds the least and the greatest values again among the lines
 * that are left. To be called once the lines are gone. Repeating it does nothing.
 */
export async function subtractRollupCounts(
  store: ClickHouseClient,
  form: SchemaForm,
  id: string,
): Promise<void> {
  const noted = await ask<Pick<KnownRollup, 'tenant' | 'name' | 'definition'>>(store, {
    sql: `SELECT DISTINCT Tenant AS tenant, RollupName AS name, toString(Definition) AS definition FROM deleted_rollups
      WHERE DeletionId = {id:String}`,
    params: { id },
  })
  if (noted.length === 0) return
  const keyOf = (one: Pick<KnownRollup, 'tenant' | 'name' | 'definition'>) =>
    JSON.stringify([one.tenant, one.name, one.definition])
  const meant = new Set(noted.map(keyOf))
  for (const rollup of await knownRollups(store)) {
    if (!meant.has(keyOf(rollup)) || rollup.counted === undefined) continue
    const labels = rollup.counted.labels.map(([name]) => name)
    for (const window of rollup.windows) {
      await noteOverflow(store, id, rollup, labels, window)
      await subtract(store, id, rollup, labels, window)
      await recountExtremes(store, form, id, rollup, rollup.counted, window)
    }
  }
}

/** Of no use any more once it was taken. */
export async function forgetRollupCounts(
  store: ClickHouseClient,
  form: SchemaForm,
  id: string,
): Promise<void> {
  const noted = { sql: `SELECT 1 FROM deleted_rollups WHERE ${ofDeletion} LIMIT 1`, params: { id } }
  if ((await ask(store, noted)).length === 0) return
  await store.command({
    query: `ALTER TABLE ${localTable(form, 'deleted_rollups')} DELETE WHERE ${ofDeletion}`,
    query_params: { id },
    clickhouse_settings: { mutations_sync: '2' },
  })
}

const ofDeletion = 'startsWith(DeletionId, {id:String})'

/** Lines of a series that a window has no more than so many of were counted among its others. */
async function subtract(
  store: ClickHouseClient,
  id: string,
  rollup: KnownRollup,
  labels: readonly string[],
  window: RollupWindow,
): Promise<void> {
  const table = rollupTable(rollups.custom, window)
  const kept = keptSql(table, window.seconds)
  const own = 'toInt64(least(Gone, There))'
  const ownSum = 'if(Gone < There, GoneSum, ThereSum)'
  await store.command({
    query: `INSERT INTO ${table} (Tenant, RollupName, Definition, Series, Window, Labels, Count, Sum, Min, Max, IngestedOn)
      SELECT {rollupTenant:String}, {rollup:String}, {definition:UInt64}, Kept, kept.Start, Names,
        toUInt64(-least(Less, toInt64(There))), -LessSum, Least, Greatest, Newest
      FROM (
        SELECT Start, piece.1 AS Key, sum(piece.2) AS Less, sum(piece.3) AS LessSum FROM (
          SELECT noted.Start AS Start, arrayJoin([(noted.Key, ${own}, ${ownSum}), (${othersKey}, toInt64(Gone) - ${own}, GoneSum - ${ownSum})]) AS piece
          FROM (${notedSql(window.seconds)}) AS noted
          GLOBAL LEFT JOIN (${kept}) AS kept ON noted.Start = kept.Start AND noted.Key = kept.Key
        ) WHERE piece.2 > 0 GROUP BY Start, Key
      ) AS less
      GLOBAL INNER JOIN (${kept}) AS kept ON less.Start = kept.Start AND less.Key = kept.Key
      WHERE There > 0 ORDER BY ALL`,
    query_params: { ...rollupParams(rollup), id, labels },
    clickhouse_settings: {
      ...oneBlock,
      insert_deduplicate: 1,
      insert_deduplication_token: `delete/${id}/${table}/${rollup.name}/${rollup.definition}`,
    },
  })
}
