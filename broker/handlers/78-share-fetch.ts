import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import {
  addTo,
  nameOf,
  removeFrom,
  type SharePartitionId,
  type ShareSession,
  sessionEpochs,
} from '../share/share-sessions.ts'
import { handler, type RequestContext } from './handler.ts'
import { acquire, type Fetched } from './share-acquire.ts'
import {
  acknowledgeAll,
  byTopic,
  hasAcknowledgements,
  memberNamed,
  noLeader,
  partitionsNamed,
  type ShareMemberName,
} from './share-requests.ts'

/*
 * ShareFetch, versions 1 and 2 (KIP-932): acquires records for a member of a share group, after it has acknowledged those
 * before. A long poll: answered when `minBytes` can be acquired or `maxWaitMs` have passed. What is fetched stands in
 * the member's session, which each request says the epoch of; 0 begins one, -1 ends it and frees what it has acquired,
 * and so does the end of the connection it began on. From version 2 on locks can be renewed (KIP-1222) and record limits
 * be strict (KIP-1206).
 */
type Request = RequestOf<typeof apis.shareFetch>
type Response = ResponseInput<typeof apis.shareFetch>
type PartitionResponse = Response['responses'][number]['partitions'][number]

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
  const isFetch = !isFinal && !request.isRenewAck && request.maxRecords > 0 && request.maxBytes > 0
  const fetched = isFetch ? await acquire(request, session, member, context) : new Map()
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

interface Answer extends Fetched {
  acknowledgeErrorCode?: number
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
