import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { listOf } from '../groups/consumer/assignment.ts'
import type { ShareGroup } from '../groups/share/share-group.ts'
import { simple } from '../groups/share/simple.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { authorizedOperations, groupRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ShareGroupDescribe, version 1 (KIP-932): state, epochs and members of share groups. Any other group is
 * GROUP_ID_NOT_FOUND.
 */
type Request = RequestOf<typeof apis.shareGroupDescribe>
type Response = ResponseInput<typeof apis.shareGroupDescribe>
type GroupResponse = Response['groups'][number]

async function shareGroupDescribe(request: Request, context: RequestContext): Promise<Response> {
  const { groups, topics } = context.services
  await groups.ready()
  return {
    throttleTimeMs: 0,
    groups: request.groupIds.map(id => {
      if (id === '') return missing(id, errorCodes.INVALID_GROUP_ID, null)
      const denied = groupRefusal(context, 'DESCRIBE', id)
      if (denied !== undefined) return missing(id, denied.errorCode, denied.errorMessage)
      const group = groups.get(id)?.group
      if (group?.type === 'share')
        return {
          ...describe(group, topics),
          authorizedOperations: authorizedOperations(
            context,
            request.includeAuthorizedOperations,
            'GROUP',
            id,
          ),
        }
      const why = group === undefined ? `Group ${id} not found.` : `Group ${id} is not a share group.`
      return missing(id, errorCodes.GROUP_ID_NOT_FOUND, why)
    }),
  }
}

function describe(group: ShareGroup, topics: TopicTable): GroupResponse {
  return {
    errorCode: errorCodes.NONE,
    groupId: group.id,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: simple.name,
    members: [...group.members.values()].map(member => ({
      memberId: member.memberId,
      rackId: member.rackId,
      memberEpoch: member.epoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.topicNames,
      assignment: {
        topicPartitions: listOf(member.assigned).flatMap(({ topicId, partitions }) => {
          const topicName = topics.getById(topicId)?.name
          return topicName === undefined ? [] : { topicId, topicName, partitions }
        }),
      },
    })),
  }
}

function missing(groupId: string, errorCode: number, errorMessage: string | null): GroupResponse {
  const none = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] }
  return { errorCode, errorMessage, groupId, ...none }
}

export const handleShareGroupDescribe = handler(apis.shareGroupDescribe, shareGroupDescribe)
