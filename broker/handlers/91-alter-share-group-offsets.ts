import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { ShareGroups } from '../share/share-groups.ts'
import { groupRefusal, topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterShareGroupOffsets, version 0 (KIP-932): sets where an empty share group begins with partitions; what it had done
 * past that is forgotten. A group that is not there is made. NON_EMPTY_GROUP while it has members.
 */
type Request = RequestOf<typeof apis.alterShareGroupOffsets>
type Response = ResponseInput<typeof apis.alterShareGroupOffsets>
type TopicRequest = Request['topics'][number]

async function alterShareGroupOffsets(request: Request, context: RequestContext): Promise<Response> {
  const { share } = context.services
  await share.ready()
  const problem = groupRefusal(context, 'READ', request.groupId) ?? nonEmptyProblem(share, request.groupId)
  if (problem !== undefined) return { throttleTimeMs: 0, ...problem, responses: [] }
  const responses: Response['responses'][number][] = []
  for (const asked of request.topics) responses.push(await alter(asked, request.groupId, context))
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, responses }
}

/** Why offsets of a share group cannot be changed: it has members. */
export function nonEmptyProblem(share: ShareGroups, groupId: string): Refusal | undefined {
  const isEmpty = (share.group(groupId)?.state ?? 'Empty') === 'Empty'
  return isEmpty ? undefined : refuse('NON_EMPTY_GROUP', 'The group is not empty.')
}

/** Kafka's words for a topic or a partition that is not there. */
export const notHosted = 'This server does not host this topic-partition.'

async function alter(
  { topicName, partitions }: TopicRequest,
  groupId: string,
  context: RequestContext,
): Promise<Response['responses'][number]> {
  const { services } = context
  const topic = services.topics.get(topicName)
  const denied = topicRefusal(context, 'READ', topicName)
  if (denied !== undefined)
    return {
      topicName,
      topicId: zeroUuid,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...denied })),
    }
  const hasPlace = topic !== undefined && (await services.groups.members.keepShareTopic(groupId, topic))
  const altered = partitions.map(async ({ partitionIndex, startOffset }) => {
    if (topic?.hasPartition(partitionIndex) !== true)
      return {
        partitionIndex,
        errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
        errorMessage: notHosted,
      }
    if (startOffset < 0)
      return {
        partitionIndex,
        errorCode: errorCodes.INVALID_REQUEST,
        errorMessage: 'the start offset is negative',
      }
    const key = { groupId, topicId: topic.id, partition: partitionIndex }
    const isSet = hasPlace && (await services.share.setStart(key, startOffset))
    return { partitionIndex, errorCode: isSet ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE }
  })
  return { topicName, topicId: topic?.id ?? zeroUuid, partitions: await Promise.all(altered) }
}

export const handleAlterShareGroupOffsets = handler(apis.alterShareGroupOffsets, alterShareGroupOffsets)
