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
