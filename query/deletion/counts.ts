import type { ClickHouseClient } from '@clickhouse/client'
import {
  forgetMutations,
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

/** Windows that go as a whole, in seconds: from one moment on, up to another. */
export interface WholeWindows {
  fromS: number
  toS: number
}

/** More windows than any deletion has. */
const maxBlockRows = '100000000'

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

/** Notes that the lines were told to go: from then on it can be gone on with, and nothing else must be known for it. */
export async function noteBegun(
  store: ClickHouseClient,
  { id, tenant }: { id: string; tenant: string },
): Promise<void> {
  await store.command({
    query: 'INSERT INTO deleted_counts (DeletionId, Tenant, IsBegun) SELECT {id:String}, {tenant:String}, 1',
    query_params: { id, tenant },
    clickhouse_settings: { async_insert: 0 },
  })
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
        async_insert: 0,
        // one block, so that the token is that of all of it
        insert_deduplicate: 1,
        insert_deduplication_token: `delete/${deletion.id}/${table}`,
        max_threads: 1,
        max_insert_threads: '1',
        min_insert_block_size_rows: maxBlockRows,
        min_insert_block_size_bytes: '0',
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
  await forgetMutations(store, form)
}

/** The rollups that lines are counted in. */
export const countedIn: readonly Rollup[] = [rollups.logs, rollups.patterns]
