import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'
import { localTable, type SchemaForm, unlogged } from '../../store/index.ts'

/** How often it is asked whether lines that were told to go are gone, and for how long. */
const pollMs = 200
const maxMs = 24 * 3_600_000

/** Resolves once no line is on its way out: they go on their own, whether somebody waits for it or not. Errors: DELETE_FAILED. */
export async function untilGone(store: ClickHouseClient, form: SchemaForm): Promise<void> {
  const query = `SELECT count() AS going, max(latest_fail_reason) AS why FROM system.mutations
    WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done`
  for (let waitedMs = 0; waitedMs < maxMs; waitedMs += pollMs) {
    const answer = await store.query({
      query,
      query_params: { table: localTable(form, 'otel_logs').split(' ')[0] },
      clickhouse_settings: unlogged,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<{ going: string; why: string }>()
    if (row === undefined || Number(row.going) === 0) return
    if (row.why !== '')
      throw new OperatingError('DELETE_FAILED', `the store cannot take lines out: ${row.why.split('\n')[0]}`)
    await sleep(pollMs)
  }
  throw new OperatingError(
    'DELETE_FAILED',
    'lines have been on their way out for a day: see the log of the store',
  )
}
