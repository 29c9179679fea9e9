import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Assignment, listOf } from '../groups/consumer/assignment.ts'
import type { ConsumerGroup } from '../groups/consumer/consumer-group.ts'
import type { ConsumerMember } from '../groups/consumer/consumer-member.ts'
import { preferredAssignor } from '../groups/consumer/target.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { authorizedOperations, groupRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ConsumerGroupDescribe, versions 0 and 1 (KIP-848): state, epochs and members of groups of the consumer protocol, with
 * what each member has and is to have; from version 1 on also whether it speaks the classic protocol. Any other group is
 * GROUP_ID_NOT_FOUND; one that reads a topic the client may not see is TOPIC_AUTHORIZATION_FAILED.
 */
type Request = RequestOf<typeof apis.consumerGroupDescribe>
type Response = ResponseInput<typeof apis.consumerGroupDescribe>
type GroupResponse = Response['groups'][number]

const memberTypes = { classic: 0, consumer: 1 } as const

async function consumerGroupDescribe(request: Request, context: RequestContext): Promise<Response> {
  const { groups } = context.services
  await groups.ready()
  return {
    throttleTimeMs: 0,
    groups: request.groupIds.map(id => {
      if (id === '') return missing(id, errorCodes.INVALID_GROUP_ID, null)
      const denied = groupRefusal(context, 'DESCRIBE', id)
      if (denied !== undefined) return missing(id, denied.errorCode, denied.errorMessage)
      const group = groups.get(id)?.group
      if (group?.type === 'consumer') return describeVisible(group, request, context)
      const why = group === undefined ? `Group ${id} not found.` : `Group ${id} is not a consumer group.`
      return missing(id, errorCodes.GROUP_ID_NOT_FOUND, why)
    }),
  }
}

function describeVisible(group: ConsumerGroup, request: Request, context: RequestContext): GroupResponse {
  const described = describe(group, context.services.topics)
  const names = described.members.flatMap(({ assignment, targetAssignment }) =>
    [...assignment.topicPartitions, ...targetAssignment.topicPartitions].map(({ topicName }) => topicName),
  )
  if (names.some(name => !context.may('DESCRIBE', 'TOPIC', name)))
    return missing(
      group.id,
      errorCodes.TOPIC_AUTHORIZATION_FAILED,
      'The group has described topic(s) that the client is not authorized to describe.',
    )
  const { includeAuthorizedOperations } = request
  return {
    ...described,
    authorizedOperations: authorizedOperations(context, includeAuthorizedOperations, 'GROUP', group.id),
  }
}

function describe(group: ConsumerGroup, topics: TopicTable): GroupResponse {
  return {
    errorCode: errorCodes.NONE,
    groupId: group.id,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: preferredAssignor(group).name,
    members: [...group.members.values()].map(member => describeMember(group, member, topics)),
  }
}

function describeMember(
  group: ConsumerGroup,
  member: ConsumerMember,
  topics: TopicTable,
): GroupResponse['members'][number] {
  const { memberId, instanceId, rackId, clientId, clientHost, topicRegex } = member
  return {
    memberId,
    instanceId,
    rackId,
    memberEpoch: member.epoch,
    clientId,
    clientHost,
    subscribedTopicNames: member.topicNames,
    subscribedTopicRegex: topicRegex,
    assignment: named(member.assigned, topics),
    targetAssignment: named(group.targetOf(memberId), topics),
    memberType: member.classic === null ? memberTypes.consumer : memberTypes.classic,
  }
}

/** Topics that are gone have no name any more and are left out. */
function named(assignment: Assignment, topics: TopicTable) {
  const topicPartitions = listOf(assignment).flatMap(({ topicId, partitions }) => {
    const topicName = topics.getById(topicId)?.name
    return topicName === undefined ? [] : { topicId, topicName, partitions }
  })
  return { topicPartitions }
}

function missing(groupId: string, errorCode: number, errorMessage: string | null): GroupResponse {
  const none = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] }
  return { errorCode, errorMessage, groupId, ...none }
}

export const handleConsumerGroupDescribe = handler(apis.consumerGroupDescribe, consumerGroupDescribe)
