import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'
import { localTable, type SchemaForm, unlogged } from '../../store/index.ts'

/** How often it is asked whether lines that were told to go are gone, and for how long. */
const pollMs = 200
const maxMs = 24 * 3_600_000
/** The engine tries again what failed, as for want of memory: it is a failure where nothing goes for so long. */
const defaultStallMs = 60_000

interface Going {
  parts: number
  /** Why the last try failed; '' where none did. */
  why: string
}

/** Resolves once no line is on its way out: they go on their own, whether somebody waits for it or not. Errors: DELETE_FAILED. */
export async function untilGone(
  store: ClickHouseClient,
  form: SchemaForm,
  stallMs = defaultStallMs,
): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY
  let stalledMs = 0
  for (let waitedMs = 0; waitedMs < maxMs; waitedMs += pollMs) {
    const going = await whatGoes(store, form)
    if (going === undefined) return
    stalledMs = going.why !== '' && going.parts >= fewest ? stalledMs + pollMs : 0
    fewest = Math.min(fewest, going.parts)
    if (stalledMs >= stallMs) throw failed(`the store cannot take lines out: ${going.why.split('\n')[0]}`)
    await sleep(pollMs)
  }
  throw failed('lines have been on their way out for a day: see the log of the store')
}

async function whatGoes(store: ClickHouseClient, form: SchemaForm): Promise<Going | undefined> {
  const answer = await store.query({
    query: `SELECT count() AS all, sum(parts_to_do) AS parts, max(latest_fail_reason) AS why FROM system.mutations
      WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done`,
    query_params: { table: localTable(form, 'otel_logs').split(' ')[0] },
    clickhouse_settings: unlogged,
    format: 'JSONEachRow',
  })
  const [row] = await answer.json<{ all: string; parts: string; why: string }>()
  return row === undefined || Number(row.all) === 0 ? undefined : { parts: Number(row.parts), why: row.why }
}

function failed(message: string): OperatingError {
  return new OperatingError('DELETE_FAILED', message)
}
