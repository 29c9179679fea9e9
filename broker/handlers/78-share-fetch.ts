import { codeOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { OpenedShare, ShareGroups } from '../share/share-groups.ts'
import { type ReadRequest, type ReadShare, readShare } from '../share/share-reader.ts'
import {
  addTo,
  nameOf,
  removeFrom,
  type SharePartitionId,
  type ShareSession,
  sessionEpochs,
} from '../share/share-sessions.ts'
import { FetchWait } from './fetch-wait.ts'
import { handler, type RequestContext } from './handler.ts'
import {
  acknowledgeAll,
  byTopic,
  hasAcknowledgements,
  memberNamed,
  noLeader,
  openShare,
  partitionsNamed,
  type ShareMemberName,
} from './share-requests.ts'

/*
 * ShareFetch, versions 1 and 2 (KIP-932): acquires records for a member of a share group, after it has acknowledged those
 * before. A long poll: answered when there is something to acquire or `maxWaitMs` have passed. What is fetched stands in
 * the member's session, which each request says the epoch of; 0 begins one, -1 ends it and frees what it has acquired.
 * From version 2 on locks can be renewed (KIP-1222) and record limits be strict (KIP-1206). It ends too with the
 * connection it began on.
 * Left out: `minBytes` above one.
 */
type Request = RequestOf<typeof apis.shareFetch>
type Response = ResponseInput<typeof apis.shareFetch>
type PartitionResponse = Response['responses'][number]['partitions'][number]

const strictMode = 1
/** The most one response carries, whatever the client allows. */
const maxResponseBytes = 8_388_608
const longestWaitMs = 300_000

interface Target {
  id: SharePartitionId
  share: OpenedShare | number
}

async function shareFetch(request: Request, context: RequestContext): Promise<Response> {
  const member = memberNamed(request, context)
  if ('errorCode' in member) return refused(member.errorCode, member.errorMessage)
  const problem = requestProblem(request)
  if (problem !== undefined) return refused(errorCodes.INVALID_REQUEST, problem)
  const { share } = context.services
  await share.ready()
  const session = sessionOf(request, member, context)
  if (typeof session === 'number') return refused(session)
  const acknowledged = await acknowledgeAll(request, member, context)
  const answers = new Map(acknowledged.map(a => [nameOf(a), { id: a, acknowledgeErrorCode: a.errorCode }]))
  const isFinal = request.shareSessionEpoch === sessionEpochs.final
  if (isFinal) await share.releaseMember(member.groupId, member.memberId)
  const isFetch = !isFinal && !request.isRenewAck && request.maxRecords > 0
  const fetched = isFetch ? await fetchAll(request, session, member, context) : new Map()
  // ended while it was being answered: what it has acquired since is free again too
  if (isFetch && !share.sessions.has(member.groupId, member.memberId))
    await share.releaseMember(member.groupId, member.memberId)
  const names = new Set([...answers.keys(), ...fetched.keys()])
  const responses = [...names].map(name => {
    const { id, ...rest } = { ...answers.get(name), ...fetched.get(name) } as Answer
    return { topicId: id.topicId, answer: respond(id, rest) }
  })
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    acquisitionLockTimeoutMs: share.lockMs(member.groupId),
    responses: byTopic(responses),
    nodeEndpoints: [],
  }
}

interface Answer {
  id: SharePartitionId
  errorCode?: number
  acknowledgeErrorCode?: number
  read?: ReadShare
}

function requestProblem(request: Request): string | undefined {
  const { maxWaitMs, minBytes, maxBytes, maxRecords } = request
  if (request.shareSessionEpoch === sessionEpochs.first && hasAcknowledgements(request))
    return 'a request that opens a session cannot acknowledge'
  const asksForNothing = [maxWaitMs, minBytes, maxBytes, maxRecords].every(value => value === 0)
  return request.isRenewAck && !asksForNothing ? 'a request that renews cannot fetch' : undefined
}

function sessionOf(
  request: Request,
  { groupId, memberId }: ShareMemberName,
  { services: { share }, peer }: RequestContext,
): ShareSession | number {
  const named = partitionsNamed(request)
  const { shareSessionEpoch: epoch } = request
  if (epoch === sessionEpochs.first) {
    const opened = share.sessions.open(groupId, memberId, named)
    if (typeof opened !== 'number') share.endWith(peer, opened)
    return opened
  }
  const session = share.sessions.next(groupId, memberId, epoch)
  if (typeof session === 'number') return session
  addTo(session, named)
  const forgotten = request.forgottenTopicsData.flatMap(({ topicId, partitions }) =>
    partitions.map(partition => ({ topicId, partition })),
  )
  removeFrom(session, forgotten)
  return session
}

/** Waits until something can be acquired of what the session names; answers by partition. */
async function fetchAll(
  request: Request,
  session: ShareSession,
  member: ShareMemberName,
  context: RequestContext,
): Promise<Map<string, Answer>> {
  const { share, clock, deadlines } = context.services
  const untilMs = clock.monotonicMs() + Math.min(request.maxWaitMs, longestWaitMs)
  const targets = await targetsOf(session, member.groupId, context)
  for (;;) {
    const wait = new FetchWait(1, share.readsCommitted(member.groupId))
    // watched before it is looked at: what comes meanwhile is not missed
    watchAll(wait, targets)
    try {
      const answers = await acquireAll(request, targets, member, context)
      const leftMs = untilMs - clock.monotonicMs()
      if (answers.size > 0 || targets.length === 0 || leftMs <= 0) return answers
      await wait.done(leftMs, deadlines)
      // nobody is there any more to be given something
      if (context.peer.isClosed) return answers
    } finally {
      wait.end()
    }
  }
}

function watchAll(wait: FetchWait, targets: readonly Target[]): void {
  for (const { share } of targets) {
    if (typeof share === 'number') continue
    wait.watch(share.live)
    wait.watch(share.partition)
  }
}

/** Another partition comes first each time, so that all have their turn. */
async function targetsOf(session: ShareSession, groupId: string, context: RequestContext): Promise<Target[]> {
  const ids = [...session.partitions.values()]
  const first = ids.length === 0 ? 0 : session.epoch % ids.length
  const inOrder = [...ids.slice(first), ...ids.slice(0, first)]
  return await Promise.all(
    inOrder.map(async id => ({ id, share: await openShare({ groupId, ...id }, context) })),
  )
}

async function acquireAll(
  request: Request,
  targets: readonly Target[],
  { groupId, memberId }: ShareMemberName,
  context: RequestContext,
): Promise<Map<string, Answer>> {
  const { share } = context.services
  const answers = new Map<string, Answer>()
  let maxRecords = request.maxRecords
  let maxBytes = Math.min(request.maxBytes, maxResponseBytes)
  for (const { id, share: opened } of targets) {
    if (typeof opened === 'number') {
      answers.set(nameOf(id), { id, errorCode: opened })
      continue
    }
    if (maxRecords <= 0 || maxBytes <= 0) continue
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

function respond(
  { partition: partitionIndex }: SharePartitionId,
  { errorCode = errorCodes.NONE, acknowledgeErrorCode = errorCodes.NONE, read }: Omit<Answer, 'id'>,
): PartitionResponse {
  const acquiredRecords = (read?.acquired ?? []).map(({ first, last, deliveryCount }) => ({
    firstOffset: first,
    lastOffset: last,
    deliveryCount,
  }))
  return {
    partitionIndex,
    errorCode,
    acknowledgeErrorCode,
    currentLeader: noLeader,
    records: read?.records ?? Buffer.alloc(0),
    acquiredRecords,
  }
}

function refused(errorCode: number, errorMessage: string | null = null): Response {
  return {
    throttleTimeMs: 0,
    errorCode,
    errorMessage,
    acquisitionLockTimeoutMs: 0,
    responses: [],
    nodeEndpoints: [],
  }
}

export const handleShareFetch = handler(apis.shareFetch, shareFetch)
