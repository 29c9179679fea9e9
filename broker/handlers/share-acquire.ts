import { codeOf } from '../../lib/base/index.ts'
import type { apis, RequestOf } from '../../lib/kafka/index.ts'
import { acquirableBytes } from '../share/acquirable.ts'
import type { OpenedShare } from '../share/opened-share.ts'
import type { ShareGroups } from '../share/share-groups.ts'
import { type ReadRequest, type ReadShare, readShare } from '../share/share-reader.ts'
import { nameOf, type SharePartitionId, type ShareSession } from '../share/share-sessions.ts'
import { FetchWait, longestWaitMs, maxResponseBytes } from './fetch-wait.ts'
import type { RequestContext } from './handler.ts'
import { openShare, type ShareMemberName } from './share-requests.ts'

type Request = RequestOf<typeof apis.shareFetch>

const strictMode = 1
const nothing: ReadonlyMap<string, Fetched> = new Map()

/** What one partition of a session is answered with: records, or Kafka's code. */
export interface Fetched {
  id: SharePartitionId
  errorCode?: number
  read?: ReadShare
}

interface Target {
  id: SharePartitionId
  share: OpenedShare
}

/**
 * Acquires records of what the session names once there are `minBytes` of them, and what there is after `maxWaitMs`;
 * answers by partition. One that cannot be opened does not keep the others from waiting, as in Kafka (DelayedShareFetch).
 */
export async function acquire(
  request: Request,
  session: ShareSession,
  member: ShareMemberName,
  context: RequestContext,
): Promise<Map<string, Fetched>> {
  const { share, clock, deadlines } = context.services
  const untilMs = clock.monotonicMs() + Math.min(request.maxWaitMs, longestWaitMs)
  const { targets, failed } = await targetsOf(session, member.groupId, context)
  if (targets.length === 0) return failed
  const minBytes = Math.min(request.minBytes, request.maxBytes, maxResponseBytes)
  const readsCommitted = share.readsCommitted(member.groupId)
  for (;;) {
    const wait = new FetchWait(Math.max(1, minBytes), readsCommitted)
    // watched before it is looked at: what comes meanwhile is rather counted twice than missed
    watchAll(wait, targets)
    try {
      const leftMs = untilMs - clock.monotonicMs()
      const bytes = leftMs > 0 ? await countBytes(targets, minBytes, readsCommitted) : minBytes
      const acquired = bytes < minBytes ? nothing : await acquireAll(request, targets, member, context)
      if (acquired.size > 0 || leftMs <= 0 || minBytes <= 0) return new Map([...failed, ...acquired])
      // where there was less than it seemed, the next look is at the next byte
      const counted = Math.min(bytes, minBytes - 1)
      wait.onGrowth(counted, counted)
      await wait.done(leftMs, deadlines)
      // nobody is there any more to be given something
      if (context.peer.isClosed) return failed
    } finally {
      wait.end()
    }
  }
}

function watchAll(wait: FetchWait, targets: readonly Target[]): void {
  for (const { share } of targets) {
    wait.watch(share.live)
    wait.watch(share.partition)
  }
}

async function countBytes(
  targets: readonly Target[],
  minBytes: number,
  readsCommitted: boolean,
): Promise<number> {
  // to acquire is how to tell whether there is one
  if (minBytes <= 1) return minBytes
  let bytes = 0
  for (const { share } of targets) {
    if (bytes >= minBytes) break
    bytes += await acquirableBytes(share, minBytes, readsCommitted)
  }
  return bytes
}

/** Another partition comes first each time, so that all have their turn. */
async function targetsOf(
  session: ShareSession,
  groupId: string,
  context: RequestContext,
): Promise<{ targets: Target[]; failed: Map<string, Fetched> }> {
  const ids = [...session.partitions.values()]
  const first = ids.length === 0 ? 0 : session.epoch % ids.length
  const inOrder = [...ids.slice(first), ...ids.slice(0, first)]
  const opened = await Promise.all(inOrder.map(id => openShare({ groupId, ...id }, context)))
  const targets: Target[] = []
  const failed = new Map<string, Fetched>()
  for (const [i, id] of inOrder.entries()) {
    const share = opened[i] as OpenedShare | number
    if (typeof share === 'number') failed.set(nameOf(id), { id, errorCode: share })
    else targets.push({ id, share })
  }
  return { targets, failed }
}

async function acquireAll(
  request: Request,
  targets: readonly Target[],
  { groupId, memberId }: ShareMemberName,
  context: RequestContext,
): Promise<Map<string, Fetched>> {
  const { share } = context.services
  const answers = new Map<string, Fetched>()
  let maxRecords = request.maxRecords
  let maxBytes = Math.min(request.maxBytes, maxResponseBytes)
  for (const { id, share: opened } of targets) {
    if (maxRecords <= 0 || maxBytes <= 0) break
    const { batchSize, shareAcquireMode } = request
    const asked: ReadRequest = {
      memberId,
      maxRecords,
      batchSize: Math.max(1, batchSize),
      isStrict: shareAcquireMode === strictMode,
      maxBytes,
      readsCommitted: share.readsCommitted(groupId),
    }
    const read = await readOne(opened, asked, share)
    if (read === undefined) continue
    if (typeof read === 'number') {
      answers.set(nameOf(id), { id, errorCode: read })
      continue
    }
    answers.set(nameOf(id), { id, read })
    context.onSent(read.release)
    maxBytes -= read.records.length
    for (const { first, last } of read.acquired) maxRecords -= last - first + 1
  }
  return answers
}

async function readOne(
  opened: OpenedShare,
  request: ReadRequest,
  share: ShareGroups,
): Promise<ReadShare | number | undefined> {
  try {
    return await readShare(opened, request, share.abortedIn)
  } catch (error) {
    // deleted since we looked: the next look begins where the log does
    if (codeOf(error) === 'OFFSET_OUT_OF_RANGE') return undefined
    return opened.partition.storageError(error)
  }
}
