import type { Config } from '../../lib/base/index.ts'
import { configTypes } from './config-values.ts'
import { topicConfigs } from './configs.ts'

export interface BrokerConfig {
  name: string
  type: number
  value: string
  /** Its file says other than Kafka's default. */
  isSet: boolean
  documentation: string | null
}

export function initialRebalanceDelayMs({ broker }: Config): number {
  return broker.groupInitialRebalanceDelayMs ?? 3_000
}

/** What this broker tells of itself, under Kafka's names: its own settings and what topics fall back on. */
export function brokerConfigs(config: Config): BrokerConfig[] {
  const { broker } = config
  const { int, boolean } = configTypes
  const own: [name: string, type: number, value: unknown, standard: string][] = [
    ['node.id', int, broker.nodeId, ''],
    ['broker.id', int, broker.nodeId, '-1'],
    ['auto.create.topics.enable', boolean, broker.autoCreateTopics, 'true'],
    ['num.partitions', int, broker.topicDefaults.partitions, '1'],
    ['default.replication.factor', int, 1, '1'],
    ['delete.topic.enable', boolean, true, 'true'],
    ['socket.request.max.bytes', int, broker.maxRequestBytes, '104857600'],
    ['group.initial.rebalance.delay.ms', int, initialRebalanceDelayMs(config), '3000'],
    ['group.min.session.timeout.ms', int, broker.groupMinSessionTimeoutMs, '6000'],
    ['group.max.session.timeout.ms', int, broker.groupMaxSessionTimeoutMs, '1800000'],
    ['group.max.size', int, broker.groupMaxSize, '2147483647'],
    ['group.consumer.session.timeout.ms', int, broker.groupConsumerSessionTimeoutMs, '45000'],
    ['group.consumer.heartbeat.interval.ms', int, broker.groupConsumerHeartbeatIntervalMs, '5000'],
    ['transaction.max.timeout.ms', int, broker.transactionMaxTimeoutMs, '900000'],
    ['transactional.id.expiration.ms', int, broker.transactionalIdExpirationMs, '604800000'],
    ['log.cleaner.enable', boolean, true, 'true'],
    ['log.cleaner.threads', int, 1, '1'],
    ['log.cleaner.backoff.ms', configTypes.long, broker.cleanerBackoffMs, '15000'],
  ]
  const described = own.map(([name, type, value, standard]) => ({
    name,
    type,
    value: String(value),
    isSet: String(value) !== standard,
    documentation: null,
  }))
  return [...described, ...topicDefaults(config)]
}

function topicDefaults(config: Config): BrokerConfig[] {
  return topicConfigs.flatMap(({ brokerName, type, fallback, standard, documentation }) => {
    if (brokerName === undefined) return []
    const value = fallback(config)
    return [{ name: brokerName, type, value, isSet: value !== standard, documentation }]
  })
}
