import { int } from '../config-values.ts'
import { type BrokerConfigDefinition, fixed, kinds, settable } from './define.ts'

/** Kafka has 50 of each; each is a log of its own to sync, and one node gains nothing by many. */
const partitions = 8

function ofTopic(prefix: string, what: string): BrokerConfigDefinition[] {
  return [
    settable(
      `${prefix}.num.partitions`,
      int(1, 10_000),
      '50',
      `Partitions of the topic of ${what}; counts when it is made.`,
      () => partitions,
    ),
    fixed(`${prefix}.replication.factor`, kinds.short, '3', () => 1, `Replicas of the topic of ${what}.`),
    settable(
      `${prefix}.segment.bytes`,
      int(1_048_576),
      '104857600',
      `Size of its segments; counts when it is made.`,
    ),
  ]
}

function compression(prefix: string): BrokerConfigDefinition {
  return fixed(`${prefix}.compression.codec`, kinds.int, '0', () => 0, 'Its records are not compressed.')
}

/** The broker's own topics. */
export const internalTopicConfigs = [
  ...ofTopic('offsets.topic', 'groups and offsets'),
  compression('offsets.topic'),
  ...ofTopic('transaction.state.log', 'transactions'),
  fixed('transaction.state.log.min.isr', kinds.int, '2', () => 1, 'Replicas that must have a record of it.'),
  ...ofTopic('share.coordinator.state.topic', 'share groups'),
  compression('share.coordinator.state.topic'),
  fixed(
    'share.coordinator.state.topic.min.isr',
    kinds.short,
    '2',
    () => 1,
    'Replicas that must have a record of it.',
  ),
]
