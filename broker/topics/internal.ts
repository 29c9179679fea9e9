import type { Topic } from './topic.ts'
import type { TopicTable } from './topic-table.ts'

/** Kafka has 50 of each; each is a log of its own to sync, and one node gains nothing by many. */
const partitions = 8
/** Kafka's segment size of its own topics: they are compacted a segment at a time. */
const configs = { 'cleanup.policy': 'compact', 'segment.bytes': '104857600' }

/** One of the broker's own topics, made where it is not there yet. */
export function openInternal(topics: TopicTable, name: string): Promise<Topic> {
  return topics.create(name, partitions, configs)
}
