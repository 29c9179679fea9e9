import type { BrokerConfigs } from './broker-configs.ts'
import { offsetsTopic, shareStateTopic, transactionsTopic } from './names.ts'
import type { Topic } from './topic.ts'
import type { TopicTable } from './topic-table.ts'

/** What Kafka's names of their configurations begin with. */
const prefixes: Readonly<Record<string, string>> = {
  [offsetsTopic]: 'offsets.topic',
  [transactionsTopic]: 'transaction.state.log',
  [shareStateTopic]: 'share.coordinator.state.topic',
}

/** One of the broker's own topics, made where it is not there yet. */
export function openInternal(topics: TopicTable, brokerConfigs: BrokerConfigs, name: string): Promise<Topic> {
  const prefix = prefixes[name]
  const configs = {
    'cleanup.policy': 'compact',
    'segment.bytes': brokerConfigs.value(`${prefix}.segment.bytes`),
  }
  return topics.create(name, brokerConfigs.number(`${prefix}.num.partitions`), configs)
}
