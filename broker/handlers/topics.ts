import { errorCodes } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'

/** What a request names a topic by: its name, or in newer versions its id. */
export interface TopicReference {
  name: string
  topicId: string
}

/** The topic a request means. `byId` where its version names topics by id (KIP-516). */
export function findTopic(topics: TopicTable, reference: TopicReference, byId: boolean): Topic | undefined {
  return byId ? topics.getById(reference.topicId) : topics.get(reference.name)
}

/** Kafka's code where there is no such topic. */
export function unknownTopicCode(byId: boolean): number {
  return byId ? errorCodes.UNKNOWN_TOPIC_ID : errorCodes.UNKNOWN_TOPIC_OR_PARTITION
}

/** A client that says another epoch than ours is behind or ahead of us (KIP-320). */
export function leaderEpochProblem(currentLeaderEpoch: number): number {
  return currentLeaderEpoch > leaderEpoch ? errorCodes.UNKNOWN_LEADER_EPOCH : errorCodes.NONE
}

/** What is wrong with the replicas a client wants for a partition, in Kafka's words. */
export function replicaProblem(brokerIds: readonly number[], nodeId: number): string | undefined {
  if (brokerIds.length === 0) return 'The manual partition assignment includes an empty replica list.'
  const other = brokerIds.find(id => id !== nodeId)
  if (other !== undefined)
    return `The manual partition assignment includes broker ${other}, but no such broker is registered.`
  return brokerIds.length === 1
    ? undefined
    : `The manual partition assignment includes the broker ${nodeId} more than once.`
}
