import type { BrokerConfigs } from './broker-configs.ts'
import { type ConfigSource, configSources } from './config-sources.ts'
import { canonical } from './config-values.ts'
import { type ConfigDefinition, internalConfigs, topicConfigs } from './topic-config-definitions.ts'

type Own = Readonly<Record<string, string>>

const byName = new Map([...topicConfigs, ...internalConfigs].map(definition => [definition.name, definition]))

/** Why a topic cannot have these configurations of its own; undefined where it can. */
export function topicConfigsProblem(own: Own, brokers: BrokerConfigs): string | undefined {
  for (const [name, value] of Object.entries(own)) {
    const definition = byName.get(name)
    if (definition === undefined) return `Unknown topic config name: ${name}`
    const problem = definition.problem(name, value)
    if (problem !== undefined) return problem
  }
  return conflict(name => topicConfigValue(name, own, brokers))
}

/** Values that are each good but not together. */
function conflict(value: (name: string) => string): string | undefined {
  const [minLag, maxLag] = [value('min.compaction.lag.ms'), value('max.compaction.lag.ms')]
  if (BigInt(minLag) > BigInt(maxLag))
    return `conflict topic config setting min.compaction.lag.ms (${minLag}) > max.compaction.lag.ms (${maxLag})`
  if (value('remote.storage.enable').toLowerCase() === 'true')
    return 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'
  return undefined
}

/** A configuration's value in force for a topic with these of its own. */
export function topicConfigValue(name: string, own: Own, brokers: BrokerConfigs): string {
  const definition = byName.get(name)
  return (own[name] ?? (definition === undefined ? '' : fallback(definition, brokers))).trim()
}

/** All that sets a topic's configuration, the one in force first (Kafka's synonyms). */
export function topicConfigSources(
  definition: ConfigDefinition,
  own: Own,
  brokers: BrokerConfigs,
): ConfigSource[] {
  const { name, type, brokerName } = definition
  const raw = own[name]
  const set = raw === undefined ? [] : [{ name, value: canonical(type, raw), source: configSources.topic }]
  return brokerName === undefined ? set : [...set, ...brokers.sources(brokerName)]
}

/** The value that counts as Kafka writes it, and where it comes from. */
export function topicConfigInForce(definition: ConfigDefinition, own: Own, brokers: BrokerConfigs) {
  const { name, type } = definition
  const [first] = topicConfigSources(definition, own, brokers)
  const value = canonical(type, own[name] ?? fallback(definition, brokers))
  return { value, source: first?.source ?? configSources.default }
}

/** Value where the topic sets none. */
function fallback({ brokerName, standard }: ConfigDefinition, brokers: BrokerConfigs): string {
  return brokerName === undefined ? standard : brokers.value(brokerName)
}
