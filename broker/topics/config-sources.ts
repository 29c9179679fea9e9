/** Where a configuration's value comes from, by Kafka's numbers (DescribeConfigs). */
export const configSources = {
  topic: 1,
  broker: 2,
  everyBroker: 3,
  staticBroker: 4,
  default: 5,
  group: 8,
} as const

/** One that sets a value; several, the one in force first, are Kafka's synonyms. */
export interface ConfigSource {
  name: string
  value: string
  source: number
}
