import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { fetchProblem } from '../groups/commit-problem.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { GroupOffsets } from '../groups/offsets.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { accessProblem, topicProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { findTopic, unknownTopicCode } from './topics.ts'

/*
 * OffsetFetch, versions 1 to 10: one group, from version 8 on several; null topics ask for all (v2). Nothing committed,
 * also by a group that is not there, is offset -1 without an error. Who asks for stable offsets only (v7) gets
 * UNSTABLE_OFFSET_COMMIT while a transaction that commits one is open. From version 9 on a member of the consumer protocol
 * says its epoch, which must be its present one (KIP-848). From version 10 on topics go by id.
 */
type Request = RequestOf<typeof apis.offsetFetch>
type Response = ResponseInput<typeof apis.offsetFetch>
type TopicRequest = NonNullable<Request['groups'][number]['topics']>[number]
type TopicResponse = NonNullable<Response['groups']>[number]['topics'][number]

const topicIdsFrom = 10
const severalGroupsFrom = 8
const groupErrorFrom = 2

async function offsetFetch(request: Request, context: RequestContext): Promise<Response> {
  const { groups, topics } = context.services
  await groups.ready()
  const byId = context.header.apiVersion >= topicIdsFrom
  if (context.header.apiVersion >= severalGroupsFrom)
    return {
      groups: request.groups.map(({ groupId, topics: asked, ...member }) => {
        const entry = groups.get(groupId)
        const errorCode = accessProblem(context, 'DESCRIBE', 'GROUP', groupId) || fetchProblem(entry, member)
        if (errorCode !== 0) return { groupId, topics: [], errorCode }
        const known = visible(answer(entry?.offsets, asked, topics, byId), asked === null, context)
        return { groupId, topics: settled(request, groups, groupId, known), errorCode }
      }),
    }
  const asked = request.topics?.map(({ name, partitionIndexes }) => ({ name, topicId: '', partitionIndexes }))
  const denied = accessProblem(context, 'DESCRIBE', 'GROUP', request.groupId)
  if (denied !== 0) return refused(request, denied, context.header.apiVersion)
  const offsets = groups.get(request.groupId)?.offsets
  const wantsAll = asked === undefined
  const known = visible(answer(offsets, asked ?? null, topics, false), wantsAll, context)
  const answered = settled(request, groups, request.groupId, known)
  return {
    topics: answered.map(({ name = '', partitions }) => ({ name, partitions })),
    errorCode: errorCodes.NONE,
  }
}

/** Older versions have no place for an error of all. */
function refused(request: Request, errorCode: number, version: number): Response {
  if (version >= groupErrorFrom) return { topics: [], errorCode }
  const topics = request.topics?.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map(index => partition(undefined, '', index, errorCode)),
  }))
  return { topics: topics ?? [] }
}

/** Without what the client may not see: left out where it asked for all, else refused. */
function visible(topics: TopicResponse[], wantsAll: boolean, context: RequestContext): TopicResponse[] {
  const denied = ({ name = '' }: TopicResponse) => topicProblem(context, 'DESCRIBE', undefined, name)
  if (wantsAll) return topics.filter(topic => denied(topic) === 0)
  return topics.map(topic => {
    const errorCode = denied(topic)
    if (errorCode === 0) return topic
    const partitions = topic.partitions.map(p => partition(undefined, '', p.partitionIndex, errorCode))
    return { ...topic, partitions }
  })
}

/** Withholds what an open transaction may replace from those who ask for stable offsets. */
function settled(
  { requireStable }: Request,
  { pending }: GroupCoordinator,
  groupId: string,
  topics: TopicResponse[],
): TopicResponse[] {
  if (!requireStable || !pending.hasAny(groupId)) return topics
  return topics.map(topic => ({
    ...topic,
    partitions: topic.partitions.map(known =>
      known.errorCode === 0 && pending.has(groupId, topic.name ?? '', known.partitionIndex)
        ? partition(undefined, '', known.partitionIndex, errorCodes.UNSTABLE_OFFSET_COMMIT)
        : known,
    ),
  }))
}

function answer(
  offsets: GroupOffsets | undefined,
  asked: TopicRequest[] | null,
  topics: TopicTable,
  byId: boolean,
): TopicResponse[] {
  if (asked === null) return all(offsets, topics, byId)
  return asked.map(reference => {
    // offsets outlive what they belong to: by name they are given even when the topic is gone
    const topic = byId ? findTopic(topics, reference, true) : undefined
    const isUnknown = byId && topic === undefined
    const name = topic?.name ?? reference.name
    return {
      name,
      topicId: reference.topicId,
      partitions: reference.partitionIndexes.map(index =>
        partition(isUnknown ? undefined : offsets, name, index, isUnknown ? unknownTopicCode(true) : 0),
      ),
    }
  })
}

function all(offsets: GroupOffsets | undefined, topics: TopicTable, byId: boolean): TopicResponse[] {
  const names = offsets?.topics() ?? []
  return names
    .filter(name => !byId || topics.get(name) !== undefined)
    .map(name => ({
      name,
      topicId: topics.get(name)?.id,
      partitions: (offsets?.partitions(name) ?? []).map(index => partition(offsets, name, index, 0)),
    }))
}

function partition(
  offsets: GroupOffsets | undefined,
  topic: string,
  partitionIndex: number,
  errorCode: number,
): TopicResponse['partitions'][number] {
  const committed = offsets?.get(topic, partitionIndex)
  return {
    partitionIndex,
    committedOffset: committed?.offset ?? -1,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode,
  }
}

export const handleOffsetFetch = handler(apis.offsetFetch, offsetFetch)
