import type { ClickHouseClient } from '@clickhouse/client'
import { lineBytes, type Rollup, rollups, rollupTable, rollupWindows, unlogged } from '../../store/index.ts'

/** Windows that go as a whole, in seconds: from one moment on, up to another. */
export interface WholeWindows {
  fromS: number
  toS: number
}

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

/**
 * Takes what was noted from the windows that are still there: as rows that count down, since these are added up like all
 * others, whoever else adds to the window meanwhile. To be called once the lines are gone: where it is not, too much is counted, and
 * never too little. `gone`: windows whose rows went already.
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
  for (const window of rollup.windows) {
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
        WHERE thereLines > 0`,
      query_params: { ...deletion, from: whole?.fromS ?? 0, to: whole?.toS ?? 0 },
      clickhouse_settings: { async_insert: 0 },
    })
  }
}

/** The rollups that lines are counted in. */
export const countedIn: readonly Rollup[] = [rollups.logs, rollups.patterns]
