import type { ClickHouseClient } from '@clickhouse/client'
import { onCluster, type SchemaForm } from '../form/form.ts'

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
