import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { listOf } from '../groups/consumer/assignment.ts'
import { assignorOf, assignors } from '../groups/consumer/assignors/table.ts'
import { leftForAWhile } from '../groups/consumer/consumer-member.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { groupRefusal, topicsRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ConsumerGroupHeartbeat, versions 0 and 1 (KIP-848): one request to join (epoch 0), stay in and leave (-1, static
 * members for a while -2) a group of the consumer protocol; the answer carries what the member is assigned. From version
 * 1 on members make their own ids, and subscribe by regular expression (RE2, matched against whole topic names at once,
 * where Kafka does so with some delay). A joining member upgrades a classic group of consumers.
 * Left out: racks, which a single node does not have.
 */
type Request = RequestOf<typeof apis.consumerGroupHeartbeat>
type Response = ResponseInput<typeof apis.consumerGroupHeartbeat>

const ownMemberIdFrom = 1

async function consumerGroupHeartbeat(request: Request, context: RequestContext): Promise<Response> {
  const problem =
    groupRefusal(context, 'READ', request.groupId) ??
    requestProblem(request, context.header.apiVersion) ??
    topicsRefusal(context, 'DESCRIBE', request.subscribedTopicNames)
  if (problem !== undefined) return refused(problem)
  const { groups, newId } = context.services
  await groups.ready()
  const { groupId, instanceId, rackId, rebalanceTimeoutMs, serverAssignor } = request
  const answer = await groups.members.consumerHeartbeat(groupId, {
    memberId: request.memberId === '' ? newId() : request.memberId,
    memberEpoch: request.memberEpoch,
    instanceId,
    rackId,
    rebalanceTimeoutMs,
    topicNames: request.subscribedTopicNames,
    topicRegex: request.subscribedTopicRegex,
    serverAssignor,
    owned: request.topicPartitions,
    clientId: context.header.clientId ?? '',
    clientHost: context.peer.host,
  })
  if ('errorCode' in answer) return refused(answer)
  const { memberId, memberEpoch, assignment } = answer
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    errorMessage: null,
    memberId,
    memberEpoch,
    heartbeatIntervalMs: memberEpoch < 0 ? 0 : groups.configs.heartbeatIntervalMs(groupId),
    assignment: assignment && { topicPartitions: listOf(assignment) },
  }
}

function requestProblem(request: Request, version: number): Refusal | undefined {
  const { groupId, memberId, memberEpoch, instanceId, rackId, serverAssignor } = request
  const isLeaving = memberEpoch < 0
  const invalid = (message: string) => refuse('INVALID_REQUEST', message)
  if (groupId.trim() === '') return invalid("GroupId can't be empty.")
  if (instanceId?.trim() === '') return invalid("InstanceId can't be empty.")
  if (rackId?.trim() === '') return invalid("RackId can't be empty.")
  if (memberId.trim() === '' && (memberEpoch !== 0 || version >= ownMemberIdFrom))
    return invalid("MemberId can't be empty.")
  if (memberEpoch < leftForAWhile) return invalid('MemberEpoch is invalid.')
  if (memberEpoch === leftForAWhile && instanceId === null) return invalid("InstanceId can't be null.")
  if (memberEpoch === 0) {
    const problem = joinProblem(request)
    if (problem !== undefined) return invalid(problem)
  }
  if (isLeaving || serverAssignor === null || assignorOf(serverAssignor) !== undefined) return undefined
  const names = assignors.map(({ name }) => name).join(', ')
  return refuse(
    'UNSUPPORTED_ASSIGNOR',
    `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${names}.`,
  )
}

function joinProblem(request: Request): string | undefined {
  if (request.rebalanceTimeoutMs === -1) return 'RebalanceTimeoutMs must be provided in first request.'
  if (request.topicPartitions?.length !== 0) return 'TopicPartitions must be empty when (re-)joining.'
  if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null)
    return 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.'
  return undefined
}

function refused({ errorCode, errorMessage }: Refusal): Response {
  return { throttleTimeMs: 0, errorCode, errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 }
}

export const handleConsumerGroupHeartbeat = handler(apis.consumerGroupHeartbeat, consumerGroupHeartbeat)
