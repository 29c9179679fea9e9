export { createKafkaClient, type KafkaClientOptions } from './client.ts'
export { expectNone, KafkaError } from './cluster.ts'
export { configuredKafkaClient } from './configured.ts'
export { untilKnown } from './retry.ts'
export type {
  CommittedOffset,
  Fetcher,
  FetchOptions,
  FetchRequest,
  FetchResult,
  GroupDescription,
  GroupMember,
  GroupOptions,
  KafkaAdminClient,
  KafkaClient,
  ProduceResult,
  Target,
  TopicMetadata,
} from './types.ts'
