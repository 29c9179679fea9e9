import {
  apis,
  decodeSubscription,
  errorCodes,
  type RequestOf,
  type ResponseInput,
} from '../../lib/kafka/index.ts'
import type { ClassicGroup } from '../groups/classic-group.ts'
import type { OffsetChange } from '../groups/coordinator.ts'
import { metadataOf } from '../groups/member.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * OffsetDelete, version 0: forgets a group's offsets of some partitions. Not of topics that a consumer of the group
 * reads (GROUP_SUBSCRIBED_TO_TOPIC), nor of any while members of another kind are in it (NON_EMPTY_GROUP).
 */
type Request = RequestOf<typeof apis.offsetDelete>
type Response = ResponseInput<typeof apis.offsetDelete>

async function offsetDelete(request: Request, context: RequestContext): Promise<Response> {
  const { groups, topics } = context.services
  await groups.ready()
  const entry = groups.get(request.groupId)
  if (entry === undefined) return { errorCode: errorCodes.GROUP_ID_NOT_FOUND, throttleTimeMs: 0, topics: [] }
  const { group } = entry
  if (group.state !== 'Empty' && group.protocolType !== 'consumer')
    return { errorCode: errorCodes.NON_EMPTY_GROUP, throttleTimeMs: 0, topics: [] }
  const subscribed = subscribedTopics(group)
  const changes: OffsetChange[] = []
  const answered = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => {
      const errorCode =
        topics.get(name)?.hasPartition(partitionIndex) !== true
          ? errorCodes.UNKNOWN_TOPIC_OR_PARTITION
          : subscribed.has(name)
            ? errorCodes.GROUP_SUBSCRIBED_TO_TOPIC
            : errorCodes.NONE
      if (errorCode === 0) changes.push({ topic: name, partition: partitionIndex, committed: null })
      return { partitionIndex, errorCode }
    }),
  }))
  const isWritten = changes.length === 0 || (await groups.commit(request.groupId, changes))
  const errorCode = isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  return { errorCode, throttleTimeMs: 0, topics: isWritten ? answered : [] }
}

function subscribedTopics(group: ClassicGroup): Set<string> {
  const subscribed = new Set<string>()
  for (const member of group.members.values())
    for (const topic of topicsOf(metadataOf(member, group.protocol))) subscribed.add(topic)
  return subscribed
}

/** What a member says of itself is not ours to check: nonsense subscribes to nothing. */
function topicsOf(metadata: Buffer): string[] {
  try {
    return decodeSubscription(metadata).topics
  } catch {
    return []
  }
}

export const handleOffsetDelete = handler(apis.offsetDelete, offsetDelete)
