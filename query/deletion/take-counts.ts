import { forgetMutations } from '../../store/index.ts'
import { type Begun, countedIn, forgetCounts, subtractCounts } from './counts.ts'
import { type DeleteOptions, windowsWithin } from './lines.ts'
import { forgetRollupCounts, subtractRollupCounts } from './rollup-counts.ts'
import { deleteTemplates } from './templates.ts'

export type Owner = Pick<DeleteOptions, 'store' | 'form' | 'tenant'>

/**
 * Takes the templates and counts of lines that are gone, which is the last of a deletion. Whatever was done of it already, and
 * whoever does it at the same time, it is done once.
 */
export async function takeCounts({ store, form, tenant }: Owner, begun: Begun): Promise<void> {
  const { id, whole } = begun
  await deleteTemplates(store, form, { id, tenant })
  await forgetMutations(store, form)
  for (const rollup of countedIn)
    await subtractCounts(store, { id, tenant }, rollup, seconds =>
      whole.includes(rollup.name) ? windowsWithin(begun, seconds) : undefined,
    )
  await subtractRollupCounts(store, form, id)
  await forgetAll({ store, form }, id)
}

/** Of no use any more, once all was taken or nothing is to be. */
export async function forgetAll({ store, form }: Pick<Owner, 'store' | 'form'>, id: string): Promise<void> {
  await forgetRollupCounts(store, form, id)
  await forgetCounts(store, form, id)
  await forgetMutations(store, form)
}
