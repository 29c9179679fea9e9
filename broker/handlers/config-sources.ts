/** Where a configuration's value comes from, by Kafka's numbers (DescribeConfigs). */
export const configSources = { topic: 1, staticBroker: 4, default: 5 } as const
