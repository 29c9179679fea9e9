import type { ClickHouseClient } from '@clickhouse/client'
import { forgetMutations, type SchemaForm } from '../../store/index.ts'
import { countedIn, forgetCounts, subtractCounts } from './counts.ts'
import { untilGone } from './going.ts'
import { deleteTemplates } from './templates.ts'

export interface Owner {
  store: ClickHouseClient
  form: SchemaForm
  tenant: string
}

/** Deletions that were ended before they were done, by their ids; also those that somebody carries out just now. */
export async function unfinishedDeletions({ store, tenant }: Owner): Promise<string[]> {
  const answer = await store.query({
    query:
      'SELECT DISTINCT DeletionId AS id FROM deleted_counts WHERE Tenant = {tenant:String} AND IsBegun = 1 ORDER BY id',
    query_params: { tenant },
    format: 'JSONEachRow',
  })
  return (await answer.json<{ id: string }>()).map(({ id }) => id)
}

/**
 * Does what is left to do of deletions that were ended: takes their lines' templates and counts. Whatever was done of it
 * already, and whoever does it at the same time, it is done once. Answers how many there were.
 */
export async function finishDeletions(owner: Owner): Promise<number> {
  const { store, form, tenant } = owner
  const ids = await unfinishedDeletions(owner)
  if (ids.length > 0) await untilGone(store, form)
  for (const id of ids) {
    await deleteTemplates(store, form, { id, tenant })
    await forgetMutations(store, form)
    for (const rollup of countedIn) await subtractCounts(store, { id, tenant }, rollup, () => undefined)
    await forgetCounts(store, form, id)
  }
  return ids.length
}
