import { begunDeletions } from './counts.ts'
import { untilGone } from './going.ts'
import { ask } from './lines.ts'
import { forgetAll, type Owner, takeCounts } from './take-counts.ts'

/** Deletions that were ended before they were done, by their ids; also those that somebody carries out just now. */
export async function unfinishedDeletions(owner: Owner): Promise<string[]> {
  return (await begunDeletions(owner)).map(({ id }) => id)
}

/**
 * Does what is left to do of deletions that were ended: takes their lines' templates and counts. One whose lines were not told to
 * go after all is forgotten. Answers how many were done.
 */
export async function finishDeletions(owner: Owner): Promise<number> {
  const all = await begunDeletions(owner)
  if (all.length > 0) await untilGone(owner.store, owner.form)
  let done = 0
  for (const begun of all) {
    if (await areStillThere(owner, begun.id)) await forgetAll(owner, begun.id)
    else {
      await takeCounts(owner, begun)
      done++
    }
  }
  return done
}

/** Lines go all or none: some are enough to tell, of different records, since retention may have taken one. */
const sampleRows = 1_000

async function areStillThere({ store }: Owner, id: string): Promise<boolean> {
  const rows = await ask(store, {
    sql: `SELECT 1 FROM otel_logs WHERE (Topic, TopicPartition, TopicOffset, TopicIndex) GLOBAL IN (
        SELECT Topic, TopicPartition, TopicOffset, Runs[1].1 FROM deleted_rows
        WHERE DeletionId = {id:String} AND notEmpty(Runs) LIMIT ${sampleRows}
      ) LIMIT 1`,
    params: { id },
  })
  return rows.length > 0
}
