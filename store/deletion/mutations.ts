import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Logger, messageOf } from '../../lib/base/index.ts'
import type { Engine } from '../engine/engine.ts'
import { identifier, literal } from '../engine/quote.ts'
import { onCluster, plainForm, type SchemaForm } from '../form/form.ts'

/**
 * Has the engine forget the text of deletions that are done: it keeps it in files beside the table, for people to look at, and
 * what was to be forgotten stands in it.
 */
export async function forgetMutations(client: ClickHouseClient, form: SchemaForm): Promise<void> {
  await client.command({ query: forgetStatement(form) })
}

/** Of a mutation that is done nothing is left to be ended but its text. */
export function forgetStatement(form: SchemaForm): string {
  return `KILL MUTATION${onCluster(form)} WHERE database = currentDatabase() AND is_done`
}

/** The engine takes a while to see that a mutation is done, and longer for one that goes on after a start. */
const intervalMs = 1_000

/** Has an engine that has just opened its tables forget deletions that were ended before they could do so themselves. */
export function forgetLeftMutations(engine: Engine, database: string, logger: Logger): () => void {
  const [name, stop] = [identifier(database), new AbortController()]
  const left = `SELECT count() FROM system.mutations WHERE database = ${literal(database)}`
  const forget = async (): Promise<void> => {
    while (!stop.signal.aborted && (await engine.command(left)).text().trim() !== '0') {
      await engine.command(`USE ${name}; ${forgetStatement(plainForm)}`)
      await sleep(intervalMs, undefined, { signal: stop.signal })
    }
  }
  forget().catch((error: unknown) => {
    if (!stop.signal.aborted)
      logger.warn('cannot forget the statements of deletions', { error: messageOf(error) })
  })
  return () => stop.abort()
}
