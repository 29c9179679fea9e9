import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import { internalTopics, topicNameProblem } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import { authorizedOperations } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeTopicPartitions, version 0 (KIP-966): topics in the order of their names, no more partitions than asked for
 * and 2000; the cursor says where the next page begins. No topic named means all that the client may see.
 */
type Request = RequestOf<typeof apis.describeTopicPartitions>
type Response = ResponseInput<typeof apis.describeTopicPartitions>
type TopicResponse = Response['topics'][number]
type Cursor = Response['nextCursor']

/** Kafka's max.request.partition.size.limit. */
const maxPartitionsPerPage = 2000

function describeTopicPartitions(request: Request, context: RequestContext): Response {
  const { topics } = context.services
  const { cursor } = request
  const wantsAll = request.topics.length === 0
  const isVisible = (name: string) => context.may('DESCRIBE', 'TOPIC', name)
  const names = wantsAll
    ? [...topics.all()].map(({ name }) => name).filter(isVisible)
    : request.topics.map(({ name }) => name)
  const first = cursor?.topicName ?? ''
  const ordered = [...new Set(names)].filter(name => name >= first).sort()
  const limit = Math.max(1, Math.min(request.responsePartitionLimit, maxPartitionsPerPage))
  const described: TopicResponse[] = []
  let room = limit
  for (const name of ordered) {
    if (room === 0) return page(described, { topicName: name, partitionIndex: 0 })
    const topic = isVisible(name) ? topics.get(name) : undefined
    if (topic === undefined) {
      described.push(unknown(name, isVisible(name)))
      continue
    }
    const from = name === first ? firstPartition(cursor) : 0
    const to = Math.min(topic.partitionCount, from + room)
    described.push(describe(topic, from, to, context))
    if (to < topic.partitionCount) return page(described, { topicName: name, partitionIndex: to })
    room -= Math.max(0, to - from)
  }
  return page(described, null)
}

function firstPartition(cursor: Request['cursor']): number {
  return Math.max(0, cursor?.partitionIndex ?? 0)
}

function page(topics: TopicResponse[], nextCursor: Cursor): Response {
  return { throttleTimeMs: 0, topics, nextCursor }
}

function describe(topic: Topic, from: number, to: number, context: RequestContext): TopicResponse {
  const { nodeId } = context.services
  const nodes = [nodeId]
  const { name, id: topicId } = topic
  const partitions = Array.from({ length: Math.max(0, to - from) }, (_, i) => ({
    errorCode: errorCodes.NONE,
    partitionIndex: from + i,
    leaderId: nodeId,
    leaderEpoch,
    replicaNodes: nodes,
    isrNodes: nodes,
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    offlineReplicas: [],
  }))
  return {
    errorCode: errorCodes.NONE,
    name,
    topicId,
    isInternal: internalTopics.has(name),
    partitions,
    topicAuthorizedOperations: authorizedOperations(context, true, 'TOPIC', name),
  }
}

function unknown(name: string, isVisible: boolean): TopicResponse {
  const absence =
    topicNameProblem(name) === undefined
      ? errorCodes.UNKNOWN_TOPIC_OR_PARTITION
      : errorCodes.INVALID_TOPIC_EXCEPTION
  const errorCode = isVisible ? absence : errorCodes.TOPIC_AUTHORIZATION_FAILED
  return { errorCode, name, topicId: zeroUuid, partitions: [] }
}

export const handleDescribeTopicPartitions = handler(apis.describeTopicPartitions, describeTopicPartitions)
