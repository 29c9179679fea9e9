import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { isSubscribed } from '../groups/consumer/subscription.ts'
import type { Group } from '../groups/group-entry.ts'
import { subscribedTopics } from '../groups/offset-expiry.ts'
import type { OffsetChange } from '../groups/offsets.ts'
import type { ShareGroup } from '../groups/share/share-group.ts'
import { accessProblem } from './authorized.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * OffsetDelete, version 0: forgets a group's offsets of some partitions. Not of topics that a consumer of the group
 * reads (GROUP_SUBSCRIBED_TO_TOPIC), nor of any while members of another kind are in it (NON_EMPTY_GROUP).
 */
type Request = RequestOf<typeof apis.offsetDelete>
type Response = ResponseInput<typeof apis.offsetDelete>

async function offsetDelete(request: Request, context: RequestContext): Promise<Response> {
  const { groups, topics } = context.services
  const invalid = groupProblem(context, 'DELETE', request.groupId)
  if (invalid !== 0) return { errorCode: invalid, throttleTimeMs: 0, topics: [] }
  await groups.ready()
  const entry = groups.get(request.groupId)
  if (entry === undefined || entry.group.type === 'share')
    return { errorCode: errorCodes.GROUP_ID_NOT_FOUND, throttleTimeMs: 0, topics: [] }
  const { group } = entry
  if (group.type === 'classic' && group.state !== 'Empty' && group.protocolType !== 'consumer')
    return { errorCode: errorCodes.NON_EMPTY_GROUP, throttleTimeMs: 0, topics: [] }
  const isRead = readerOf(group)
  const changes: OffsetChange[] = []
  const answered = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => {
      const denied = accessProblem(context, 'READ', 'TOPIC', name)
      const problem =
        topics.get(name)?.hasPartition(partitionIndex) !== true
          ? errorCodes.UNKNOWN_TOPIC_OR_PARTITION
          : isRead(name)
            ? errorCodes.GROUP_SUBSCRIBED_TO_TOPIC
            : errorCodes.NONE
      const errorCode = denied || problem
      if (errorCode === 0) changes.push({ topic: name, partition: partitionIndex, committed: null })
      return { partitionIndex, errorCode }
    }),
  }))
  const isWritten = changes.length === 0 || (await groups.commit(request.groupId, changes))
  const errorCode = isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  return { errorCode, throttleTimeMs: 0, topics: isWritten ? answered : [] }
}

/** Whether a consumer of the group reads a topic. */
function readerOf(group: Exclude<Group, ShareGroup>): (topic: string) => boolean {
  if (group.type === 'consumer') return topic => isSubscribed(group, topic)
  const subscribed = subscribedTopics(group)
  return topic => subscribed.has(topic)
}

export const handleOffsetDelete = handler(apis.offsetDelete, offsetDelete)
