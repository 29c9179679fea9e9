import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import type { ShareGroup } from '../groups/share/share-group.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import { groupRefusal, topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeShareGroupOffsets, versions 0 and 1 (KIP-932): where share groups are, by partition; null topics ask for all that
 * a group has a place in. -1 where it has not begun, as for groups, topics and partitions that are not there. Version 1
 * adds how much there is left to do (KIP-1226).
 */
type Request = RequestOf<typeof apis.describeShareGroupOffsets>
type Response = ResponseInput<typeof apis.describeShareGroupOffsets>
type GroupRequest = Request['groups'][number]
type TopicResponse = Response['groups'][number]['topics'][number]

async function describeShareGroupOffsets(request: Request, context: RequestContext): Promise<Response> {
  await context.services.share.ready()
  const groups = await Promise.all(request.groups.map(asked => describe(asked, context)))
  return { throttleTimeMs: 0, groups }
}

async function describe(
  { groupId, topics: asked }: GroupRequest,
  context: RequestContext,
): Promise<Response['groups'][number]> {
  const denied = groupRefusal(context, 'DESCRIBE', groupId)
  if (denied !== undefined) return { groupId, topics: [], ...denied }
  const wanted = asked ?? allOf(context.services.share.group(groupId))
  const topics = wanted.map(({ topicName, partitions }) => topic(groupId, topicName, partitions, context))
  return { groupId, topics: await Promise.all(topics), errorCode: errorCodes.NONE }
}

function allOf(group: ShareGroup | undefined) {
  return [...(group?.topics.values() ?? [])].map(({ name: topicName, partitionCount }) => ({
    topicName,
    partitions: Array.from({ length: partitionCount }, (_, i) => i),
  }))
}

async function topic(
  groupId: string,
  topicName: string,
  partitions: readonly number[],
  context: RequestContext,
): Promise<TopicResponse> {
  const { services } = context
  const denied = topicRefusal(context, 'DESCRIBE', topicName)
  if (denied !== undefined)
    return {
      topicName,
      topicId: zeroUuid,
      partitions: partitions.map(partitionIndex => ({
        partitionIndex,
        startOffset: -1,
        leaderEpoch: -1,
        ...denied,
      })),
    }
  const topicId = services.topics.get(topicName)?.id ?? zeroUuid
  const described = partitions.map(async partitionIndex => {
    const at = await services.share.progress({ groupId, topicId, partition: partitionIndex })
    const place = at ?? { startOffset: -1, lag: -1 }
    return { partitionIndex, ...place, leaderEpoch, errorCode: errorCodes.NONE }
  })
  return { topicName, topicId, partitions: await Promise.all(described) }
}

export const handleDescribeShareGroupOffsets = handler(
  apis.describeShareGroupOffsets,
  describeShareGroupOffsets,
)
