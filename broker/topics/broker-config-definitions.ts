import type { Config } from '../config.ts'
import { configTypes, int, long, required, type ValueRule } from './config-values.ts'
import { topicConfigs } from './topic-config-definitions.ts'

type Broker = Config['broker']

export interface BrokerConfigDefinition extends ValueRule {
  name: string
  /** Value where neither the file nor a client sets one: Kafka's own. */
  standard: string
  /** What Kafka shows as its default: of `log.retention.ms` that is `log.retention.hours`; undefined where there is none. */
  shownDefault: { name: string; value: string } | undefined
  /** Whether it can be changed while the broker runs (KIP-226). */
  isDynamic: boolean
  fromFile: (config: Config) => string
  documentation: string | null
}

export function initialRebalanceDelayMs({ broker }: Config): number {
  return broker.groupInitialRebalanceDelayMs ?? 3_000
}

function define(
  name: string,
  rule: ValueRule,
  standard: string,
  from: (broker: Broker) => unknown,
): BrokerConfigDefinition {
  return {
    name,
    ...rule,
    standard,
    shownDefault: { name, value: standard },
    isDynamic: false,
    fromFile: ({ broker }) => String(from(broker)),
    documentation: null,
  }
}

function fixed(name: string, type: number, standard: string, from: (broker: Broker) => unknown) {
  return define(name, { type, problem: () => undefined }, standard, from)
}

const kinds = configTypes

const ownConfigs: readonly BrokerConfigDefinition[] = [
  { ...fixed('node.id', kinds.int, '', b => b.nodeId), shownDefault: undefined },
  fixed('broker.id', kinds.int, '-1', b => b.nodeId),
  fixed('auto.create.topics.enable', kinds.boolean, 'true', b => b.autoCreateTopics),
  fixed('num.partitions', kinds.int, '1', b => b.topicDefaults.partitions),
  fixed('default.replication.factor', kinds.int, '1', () => 1),
  fixed('delete.topic.enable', kinds.boolean, 'true', () => true),
  fixed('socket.request.max.bytes', kinds.int, '104857600', b => b.maxRequestBytes),
  {
    ...fixed('group.initial.rebalance.delay.ms', kinds.int, '3000', () => 3_000),
    fromFile: config => String(initialRebalanceDelayMs(config)),
  },
  fixed('group.min.session.timeout.ms', kinds.int, '6000', b => b.groupMinSessionTimeoutMs),
  fixed('group.max.session.timeout.ms', kinds.int, '1800000', b => b.groupMaxSessionTimeoutMs),
  fixed('group.max.size', kinds.int, '2147483647', b => b.groupMaxSize),
  fixed('group.consumer.session.timeout.ms', kinds.int, '45000', b => b.groupConsumerSessionTimeoutMs),
  fixed('group.consumer.heartbeat.interval.ms', kinds.int, '5000', b => b.groupConsumerHeartbeatIntervalMs),
  fixed('transaction.max.timeout.ms', kinds.int, '900000', b => b.transactionMaxTimeoutMs),
  fixed('transactional.id.expiration.ms', kinds.int, '604800000', b => b.transactionalIdExpirationMs),
  fixed('log.cleaner.enable', kinds.boolean, 'true', () => true),
  {
    ...define('log.cleaner.threads', int(1), '1', () => 1),
    isDynamic: true,
    documentation: 'Threads that compact; one topic is compacted at a time however many are asked for.',
  },
  {
    ...define('log.cleaner.backoff.ms', long(0), '15000', b => b.cleanerBackoffMs),
    isDynamic: true,
    documentation: 'How long the cleaner of compacted topics rests where there is nothing to do.',
  },
  {
    ...define('sasl.kerberos.min.time.before.relogin', long(), '60000', () => 60_000),
    isDynamic: true,
    documentation: 'Kept and not used: nobody logs in by Kerberos here.',
  },
]

/** Where the broker's configuration is another than that of the topics that fall back on it. */
const differences: Readonly<Record<string, Partial<BrokerConfigDefinition>>> = {
  'compression.type': from(d => d.compressionType),
  'message.max.bytes': from(d => d.maxMessageBytes),
  'log.message.timestamp.type': from(d => d.messageTimestampType),
  'log.segment.bytes': from(d => d.segmentBytes),
  'log.retention.bytes': { ...from(d => d.retentionBytes), ...long() },
  'log.retention.ms': {
    ...from(d => d.retentionMs),
    ...required(long(), value => value !== 0, 'unlimited (-1) or, greater than or equal to 1'),
    shownDefault: { name: 'log.retention.hours', value: '168' },
  },
  'log.roll.ms': {
    ...from(d => d.segmentMs),
    ...required(long(), value => value >= 1, 'greater than or equal to 1'),
    shownDefault: { name: 'log.roll.hours', value: '168' },
  },
  'log.roll.jitter.ms': {
    ...required(long(), value => value >= 0, 'greater than or equal to 0'),
    shownDefault: { name: 'log.roll.jitter.hours', value: '0' },
  },
  'log.flush.interval.ms': {
    ...long(),
    shownDefault: { name: 'log.flush.scheduler.interval.ms', value: '9223372036854775807' },
  },
}

function from(value: (defaults: Broker['topicDefaults']) => unknown) {
  return { fromFile: ({ broker }: Config) => String(value(broker.topicDefaults)) }
}

const fallbacks: readonly BrokerConfigDefinition[] = topicConfigs.flatMap(topicConfig => {
  const { brokerName: name, standard, type, problem, documentation } = topicConfig
  if (name === undefined) return []
  const same = {
    ...define(name, { type, problem }, standard, () => standard),
    isDynamic: true,
    documentation,
  }
  return [{ ...same, ...differences[name] }]
})

/** What this broker has, under Kafka's names: its own settings, and what topics fall back on. */
export const brokerConfigDefinitions: ReadonlyMap<string, BrokerConfigDefinition> = new Map(
  [...ownConfigs, ...fallbacks].map(definition => [definition.name, definition]),
)
