/** What has configurations, by Kafka's numbers. */
export const configResources = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const
