import type { Config } from '../../config.ts'
import { long, required } from '../config-values.ts'
import { topicConfigs } from '../topic-config-definitions.ts'
import { anything, type Broker, type BrokerConfigDefinition, dynamic, kinds } from './define.ts'
import { groupBrokerConfigs } from './groups.ts'
import { identityConfigs } from './identity.ts'
import { internalTopicConfigs } from './internal-topics.ts'
import { logConfigs } from './logs.ts'
import { networkConfigs } from './network.ts'
import { securityConfigs } from './security.ts'
import { transactionConfigs } from './transactions.ts'

const hourMs = 3_600_000

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
    units: [
      { name: 'log.retention.minutes', factor: 60_000 },
      { name: 'log.retention.hours', factor: hourMs },
    ],
  },
  'log.roll.ms': {
    ...from(d => d.segmentMs),
    ...required(long(), value => value >= 1, 'greater than or equal to 1'),
    shownDefault: { name: 'log.roll.hours', value: '168' },
    units: [{ name: 'log.roll.hours', factor: hourMs }],
  },
  'log.roll.jitter.ms': {
    ...required(long(), value => value >= 0, 'greater than or equal to 0'),
    shownDefault: { name: 'log.roll.jitter.hours', value: '0' },
    units: [{ name: 'log.roll.jitter.hours', factor: hourMs }],
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
  return [{ ...dynamic(name, { type, problem }, standard, documentation), ...differences[name] }]
})

const kerberos = dynamic(
  'sasl.kerberos.min.time.before.relogin',
  anything(kinds.long),
  '60000',
  'Kept and not used: nobody logs in by Kerberos here.',
)

/** What this broker has, under Kafka's names: its own settings, and what topics fall back on. */
export const brokerConfigDefinitions: ReadonlyMap<string, BrokerConfigDefinition> = new Map(
  [
    ...identityConfigs,
    ...networkConfigs,
    ...securityConfigs,
    ...logConfigs,
    ...groupBrokerConfigs,
    ...transactionConfigs,
    ...internalTopicConfigs,
    kerberos,
    ...fallbacks,
  ].map(definition => [definition.name, definition]),
)
