import { begunDeletions } from './counts.ts'
import { untilGone } from './going.ts'
import { type Owner, takeCounts } from './take-counts.ts'

/** Deletions that were ended before they were done, by their ids; also those that somebody carries out just now. */
export async function unfinishedDeletions(owner: Owner): Promise<string[]> {
  return (await begunDeletions(owner)).map(({ id }) => id)
}

/**
 * Does what is left to do of deletions that were ended: takes their lines' templates and counts. Answers how many there were.
 */
export async function finishDeletions(owner: Owner): Promise<number> {
  const all = await begunDeletions(owner)
  if (all.length > 0) await untilGone(owner.store, owner.form)
  for (const begun of all) await takeCounts(owner, begun)
  return all.length
}
