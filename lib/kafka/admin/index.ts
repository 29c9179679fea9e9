export {
  type Acl,
  type AclFilter,
  type AclOperation,
  type AclPatternType,
  type AclPermission,
  type AclResourceType,
  aclOperations,
  aclPatternTypes,
  aclPermissions,
  aclResourceTypes,
  createAcls,
  deleteAcls,
  listAcls,
} from './acls.ts'
export { type ClusterDescription, describeCluster } from './brokers.ts'
export {
  alterConfigs,
  type ConfigChange,
  type ConfigEntry,
  type ConfigResource,
  type ConfigSource,
  describeConfigs,
} from './configs.ts'
export { committedOffsets } from './groups/committed.ts'
export { deleteGroup, deleteGroupOffsets } from './groups/delete.ts'
export {
  describeGroup,
  describeListed,
  type FullGroupDescription,
  type GroupMemberDescription,
  type StreamsTasks,
} from './groups/describe.ts'
export { groupLag, type PartitionLag } from './groups/lag.ts'
export { type GroupListing, type GroupType, listGroups } from './groups/list.ts'
export {
  applyReset,
  nextOffset,
  planReset,
  type ResetRow,
  type ResetScope,
  type ResetTo,
} from './groups/reset.ts'
export { type GroupSummary, summarizeGroup } from './groups/summary.ts'
export { describeLogDirs, type LogDir, partitionBytes } from './log-dirs.ts'
export { type DecodedValue, decodeValue, type ValueFormat, valueFormats } from './messages/decode.ts'
export type { TopicMessage } from './messages/message.ts'
export { type MessagePage, type Offsets, type PageOptions, readPage } from './messages/page.ts'
export { type NewMessage, produceMessage } from './messages/produce.ts'
export { type ReadOptions, readMessages } from './messages/read.ts'
export type { StartAt } from './messages/start.ts'
export {
  type OffsetAt,
  offsetBounds,
  offsetsAt,
  type Place,
  type PlaceOffset,
  placeKey,
} from './partition-offsets.ts'
export { alterQuotas, describeQuotas, type Quota, type QuotaEntity, type QuotaValues } from './quotas.ts'
export { type ShownValue, type ValueDecoder, valueDecoder } from './schemas/decode.ts'
export { openSchemaRegistry, type SchemaRegistryConfig } from './schemas/registry.ts'
export { createPartitions, createTopic, type NewTopic } from './topics/create.ts'
export { deleteRecords, deleteTopic } from './topics/delete.ts'
export {
  describeTopic,
  describeTopics,
  listTopics,
  summaryOf,
  type TopicDescription,
  type TopicPartition,
  type TopicSummary,
} from './topics/describe.ts'
export {
  abortTransaction,
  describeTransaction,
  fenceProducer,
  isOverdue,
  listTransactions,
  type OpenTransaction,
  openTransactions,
  type TransactionDescription,
} from './transactions.ts'
export {
  deleteUser,
  listUsers,
  type ScramUser,
  scramMechanisms,
  type UserScramMechanism,
  upsertUser,
} from './users.ts'
