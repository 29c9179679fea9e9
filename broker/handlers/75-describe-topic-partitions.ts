import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import { internalTopics, topicNameProblem } from '../topics/names.ts'
import type { Topic } from '../topics/topic-table.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeTopicPartitions, version 0 (KIP-966): topics in the order of their names, no more partitions than asked for
 * and 2000; the cursor says where the next page begins. No topic named means all. Left out: authorised operations.
 */
type Request = RequestOf<typeof apis.describeTopicPartitions>
type Response = ResponseInput<typeof apis.describeTopicPartitions>
type TopicResponse = Response['topics'][number]
type Cursor = Response['nextCursor']

/** Kafka's max.request.partition.size.limit. */
const maxPartitionsPerPage = 2000

function describeTopicPartitions(request: Request, context: RequestContext): Response {
  const { topics, nodeId } = context.services
  const { cursor } = request
  const wantsAll = request.topics.length === 0
  const names = wantsAll ? [...topics.all()].map(({ name }) => name) : request.topics.map(({ name }) => name)
  const first = cursor?.topicName ?? ''
  const ordered = [...new Set(names)].filter(name => name >= first).sort()
  const limit = Math.max(1, Math.min(request.responsePartitionLimit, maxPartitionsPerPage))
  const described: TopicResponse[] = []
  let room = limit
  for (const name of ordered) {
    if (room === 0) return page(described, { topicName: name, partitionIndex: 0 })
    const topic = topics.get(name)
    if (topic === undefined) {
      described.push(unknown(name))
      continue
    }
    const from = cursor !== null && name === first ? Math.max(0, cursor.partitionIndex) : 0
    const to = Math.min(topic.partitionCount, from + room)
    described.push(describe(topic, from, to, nodeId))
    if (to < topic.partitionCount) return page(described, { topicName: name, partitionIndex: to })
    room -= Math.max(0, to - from)
  }
  return page(described, null)
}

function page(topics: TopicResponse[], nextCursor: Cursor): Response {
  return { throttleTimeMs: 0, topics, nextCursor }
}

function describe(topic: Topic, from: number, to: number, nodeId: number): TopicResponse {
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
  return { errorCode: errorCodes.NONE, name, topicId, isInternal: internalTopics.has(name), partitions }
}

function unknown(name: string): TopicResponse {
  const errorCode =
    topicNameProblem(name) === undefined
      ? errorCodes.UNKNOWN_TOPIC_OR_PARTITION
      : errorCodes.INVALID_TOPIC_EXCEPTION
  return { errorCode, name, topicId: zeroUuid, partitions: [] }
}

export const handleDescribeTopicPartitions = handler(apis.describeTopicPartitions, describeTopicPartitions)
