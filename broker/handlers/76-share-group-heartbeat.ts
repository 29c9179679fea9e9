import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { listOf } from '../groups/consumer/assignment.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { groupRefusal, topicsRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ShareGroupHeartbeat, version 1 (KIP-932): one request to join (epoch 0), stay in and leave (-1) a share group; the
 * answer carries the partitions to fetch from. Left out: racks, which a single node does not have.
 */
type Request = RequestOf<typeof apis.shareGroupHeartbeat>
type Response = ResponseInput<typeof apis.shareGroupHeartbeat>

const leaving = -1

async function shareGroupHeartbeat(request: Request, context: RequestContext): Promise<Response> {
  const problem =
    groupRefusal(context, 'READ', request.groupId) ??
    requestProblem(request) ??
    topicsRefusal(context, 'DESCRIBE', request.subscribedTopicNames)
  if (problem !== undefined) return refused(problem)
  const { groups } = context.services
  await groups.ready()
  const { groupId, memberId, memberEpoch, rackId } = request
  const answer = await groups.members.shareHeartbeat(groupId, {
    memberId,
    memberEpoch,
    rackId,
    topicNames: request.subscribedTopicNames,
    clientId: context.header.clientId ?? '',
    clientHost: context.peer.host,
  })
  if ('errorCode' in answer) return refused(answer)
  const { assignment } = answer
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    memberId: answer.memberId,
    memberEpoch: answer.memberEpoch,
    heartbeatIntervalMs: memberEpoch < 0 ? 0 : groups.configs.shareHeartbeatIntervalMs(groupId),
    assignment: assignment && { topicPartitions: listOf(assignment) },
  }
}

function requestProblem(request: Request): Refusal | undefined {
  const invalid = (message: string) => refuse('INVALID_REQUEST', message)
  if (request.memberId.trim() === '') return invalid("MemberId can't be empty.")
  if (request.groupId.trim() === '') return invalid("GroupId can't be empty.")
  if (request.rackId?.trim() === '') return invalid("RackId can't be empty.")
  if (request.memberEpoch < leaving) return invalid('MemberEpoch is invalid.')
  const isFirst = request.memberEpoch === 0
  return isFirst && (request.subscribedTopicNames ?? []).length === 0
    ? invalid('SubscribedTopicNames must be set in first request.')
    : undefined
}

function refused({ errorCode, errorMessage }: Refusal): Response {
  return { throttleTimeMs: 0, errorCode, errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 }
}

export const handleShareGroupHeartbeat = handler(apis.shareGroupHeartbeat, shareGroupHeartbeat)
