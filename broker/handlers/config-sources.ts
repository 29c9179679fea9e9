import type { Config } from '../../lib/base/index.ts'
import type { ConfigDefinition } from '../topics/configs.ts'

/** Where a configuration's value comes from, by Kafka's numbers (DescribeConfigs). */
export const configSources = { topic: 1, staticBroker: 4, default: 5, group: 8 } as const
/** What has configurations, by Kafka's numbers. */
export const configResources = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const

export interface ConfigSource {
  name: string
  value: string
  source: number
}

type Values = Readonly<Record<string, string>>

/** All that sets a topic's configuration, the one in force first (Kafka's synonyms). */
export function topicConfigSources(
  definition: ConfigDefinition,
  own: Values,
  config: Config,
): ConfigSource[] {
  const { name, brokerName, standard, isUnsetByDefault } = definition
  const sources: ConfigSource[] = []
  const value = own[name]
  if (value !== undefined) sources.push({ name, value, source: configSources.topic })
  if (brokerName === undefined) return sources
  const brokers = definition.fallback(config)
  if (brokers !== standard)
    sources.push({ name: brokerName, value: brokers, source: configSources.staticBroker })
  if (!isUnsetByDefault) sources.push({ name: brokerName, value: standard, source: configSources.default })
  return sources
}

/** The value that counts, and where it comes from. */
export function topicConfigInForce(definition: ConfigDefinition, own: Values, config: Config): ConfigSource {
  const { name, standard } = definition
  const [first] = topicConfigSources(definition, own, config)
  return first ?? { name, value: standard, source: configSources.default }
}
