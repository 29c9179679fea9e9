import type { KafkaAdminClient } from '../client/index.ts'
import { apis } from '../index.ts'
import { expectDone } from './outcome.ts'

/** What a configuration belongs to, with Kafka's numbers (ConfigResource.Type). */
export const configResources = { topic: 2, broker: 4, client_metrics: 16, group: 32 } as const
export type ConfigResource = keyof typeof configResources

/** Where a value comes from, with Kafka's numbers (DescribeConfigsResponse.ConfigSource). */
const sources: Readonly<Record<number, ConfigSource>> = {
  1: 'topic',
  2: 'dynamic broker',
  3: 'dynamic default broker',
  4: 'static broker',
  5: 'default',
  6: 'dynamic broker logger',
  7: 'client metrics',
  8: 'group',
}
export type ConfigSource =
  | 'topic'
  | 'dynamic broker'
  | 'dynamic default broker'
  | 'static broker'
  | 'default'
  | 'dynamic broker logger'
  | 'client metrics'
  | 'group'
  | 'unknown'

const types = ['unknown', 'boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password']

export interface ConfigEntry {
  name: string
  /** Null where it is a secret, or has none. */
  value: string | null
  source: ConfigSource
  isDefault: boolean
  readOnly: boolean
  isSensitive: boolean
  type: string
  /** What it means, where the broker says so. */
  documentation: string | null
  /** What would hold if this value were taken away, first what comes next. */
  below: { value: string | null; source: ConfigSource }[]
}

/** Every configuration of a topic, a broker or a group. Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION and Kafka's others. */
export async function describeConfigs(
  client: KafkaAdminClient,
  resource: ConfigResource,
  name: string,
): Promise<ConfigEntry[]> {
  const answer = await client.request(
    apis.describeConfigs,
    {
      resources: [{ resourceType: configResources[resource], resourceName: name, configurationKeys: null }],
      includeSynonyms: true,
      includeDocumentation: true,
    },
    resource === 'broker' && name !== '' ? { node: Number(name) } : 'any',
  )
  const found = answer.results[0]
  expectDone(found?.errorCode, found?.errorMessage, `asking for the configuration of ${resource} ${name}`)
  return (found?.configs ?? []).map(config => {
    const source = sources[config.configSource] ?? 'unknown'
    return {
      name: config.name,
      value: config.value,
      source,
      isDefault: source === 'default',
      readOnly: config.readOnly,
      isSensitive: config.isSensitive,
      type: types[config.configType] ?? 'unknown',
      documentation: config.documentation,
      below: config.synonyms
        .filter(synonym => synonym.source !== config.configSource)
        .map(({ value, source: from }) => ({ value, source: sources[from] ?? 'unknown' })),
    }
  })
}

/** One change, with Kafka's numbers (AlterConfigOp.OpType); `append` and `subtract` are of lists. */
export interface ConfigChange {
  name: string
  operation: keyof typeof operations
  /** Null with `delete`, which goes back to the default. */
  value: string | null
}
const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/**
 * Changes single values, and no others. With `validateOnly` nothing changes, and what the broker would refuse it refuses.
 * Errors: KAFKA_INVALID_CONFIG with the broker's words.
 */
export async function alterConfigs(
  client: KafkaAdminClient,
  resource: ConfigResource,
  name: string,
  changes: readonly ConfigChange[],
  options: { validateOnly?: boolean } = {},
): Promise<void> {
  const answer = await client.request(
    apis.incrementalAlterConfigs,
    {
      resources: [
        {
          resourceType: configResources[resource],
          resourceName: name,
          configs: changes.map(({ name: key, operation, value }) => ({
            name: key,
            configOperation: operations[operation],
            value,
          })),
        },
      ],
      validateOnly: options.validateOnly === true,
    },
    resource === 'broker' && name !== '' ? { node: Number(name) } : 'any',
  )
  const done = answer.responses[0]
  expectDone(done?.errorCode, done?.errorMessage, `changing the configuration of ${resource} ${name}`)
}
