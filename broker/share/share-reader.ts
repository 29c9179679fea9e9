import { visibleEnd } from '../partitions/isolation.ts'
import { deliverable, type ReadBatch } from './deliverable.ts'
import type { AbortedIn, OpenedShare } from './opened-share.ts'
import type { Acquired, AcquireRequest } from './share-partition.ts'

export interface ReadRequest extends AcquireRequest {
  maxBytes: number
  readsCommitted: boolean
}

/** Records with those of them that the member has acquired; whole batches, so there may be others among them. */
export interface ReadShare {
  records: Buffer
  acquired: Acquired[]
  release: () => void
}

/** One look at a partition may find nothing but marks of transactions; so often it looks further. */
const maxLooks = 8

/** Reads what a share group is to be given next and acquires it; undefined where there is nothing. */
export function readShare(
  share: OpenedShare,
  request: ReadRequest,
  abortedIn: AbortedIn,
): Promise<ReadShare | undefined> {
  const { live, partition } = share
  return live.inTurn(async () => {
    for (let looks = 0; looks < maxLooks; looks++) {
      live.moveStart(partition.log.startOffset)
      const end = visibleEnd(partition, request.readsCommitted)
      if (!live.canAcquire(end)) return undefined
      const from = live.nextOffset
      const read = await look(share, from, end, request, abortedIn)
      if (read !== undefined || live.nextOffset <= from) return read
    }
    return undefined
  })
}

async function look(
  { live, partition }: OpenedShare,
  from: number,
  end: number,
  request: ReadRequest,
  abortedIn: AbortedIn,
): Promise<ReadShare | undefined> {
  const slice = await partition.log.read(from, request.maxBytes)
  const aborted = request.readsCommitted ? await abortedIn(partition, from, slice.nextOffset) : []
  const { batches, others } = deliverable(slice.bytes, end, aborted)
  const acquired = live.acquire({ from, batches }, request)
  for (const range of others) live.archive(range)
  if (acquired.length > 0)
    return { records: part(slice.bytes, batches, acquired), acquired, release: () => slice.release() }
  slice.release()
  return undefined
}

/** The bytes from the batch of the first acquired record to that of the last. */
function part(bytes: Buffer, batches: readonly ReadBatch[], acquired: readonly Acquired[]): Buffer {
  const first = acquired[0]?.first ?? 0
  const last = acquired.at(-1)?.last ?? 0
  const holding = batches.filter(batch => batch.last >= first && batch.first <= last)
  return bytes.subarray(holding[0]?.start ?? 0, holding.at(-1)?.end ?? 0)
}
