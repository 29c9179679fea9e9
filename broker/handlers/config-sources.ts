/** Where a configuration's value comes from, by Kafka's numbers (DescribeConfigs). */
export const configSources = { topic: 1, staticBroker: 4, default: 5, group: 8 } as const
/** What has configurations, by Kafka's numbers. */
export const configResources = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const
