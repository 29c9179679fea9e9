export { createKafkaClient, type KafkaClientOptions } from './client.ts'
export { KafkaError } from './cluster.ts'
export { configuredKafkaClient } from './configured.ts'
export type {
  CommittedOffset,
  Fetcher,
  FetchRequest,
  FetchResult,
  GroupDescription,
  GroupMember,
  GroupOptions,
  KafkaClient,
  ProduceResult,
  TopicMetadata,
} from './types.ts'
