import { visibleEnd } from '../partitions/isolation.ts'
import { deliverable } from './deliverable.ts'
import type { OpenedShare } from './opened-share.ts'

/**
 * Bytes from the first record that a member could acquire to the end, `enough` where there are at least as many. As Kafka
 * counts (DelayedShareFetch) all that follows that record is taken for free, and a file that is full for enough.
 */
export async function acquirableBytes(
  { live, partition }: OpenedShare,
  enough: number,
  readsCommitted: boolean,
): Promise<number> {
  const { log } = partition
  const end = visibleEnd(partition, readsCommitted)
  if (!live.canAcquire(end)) return 0
  try {
    const slice = await log.read(Math.max(live.nextOffset, log.startOffset), enough)
    const last = deliverableEnd(slice.bytes, end)
    slice.release()
    return slice.nextOffset < end ? enough : last
  } catch {
    // the read that answers the request says what is wrong
    return enough
  }
}

function deliverableEnd(bytes: Buffer, end: number): number {
  return deliverable(bytes, end, []).batches.at(-1)?.end ?? 0
}
