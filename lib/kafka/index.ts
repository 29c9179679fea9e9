export {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue,
  consumerGroupMetadataKey,
  consumerGroupMetadataValue,
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
} from './messages/consumer-group-records.ts'
export {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from './messages/consumer-protocol.ts'
export {
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
} from './messages/group-records.ts'
export { producerSnapshot } from './messages/producer-snapshot.ts'
export {
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue,
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue,
  shareGroupMetadataKey,
  shareGroupMetadataValue,
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue,
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue,
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue,
  shareSnapshotKey,
  shareSnapshotValue,
} from './messages/share-group-records.ts'
export { endTxnMarker, transactionLogKey, transactionLogValue } from './messages/transaction-records.ts'
export { apiByKey, apiKeys, apis } from './protocol/apis.ts'
export {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  type TopicPartitions,
} from './protocol/consumer.ts'
export { type ErrorName, errorCodes, errorName, isRetriable } from './protocol/errors.ts'
export {
  decodeRequest,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeRequestParts,
  encodeResponse,
  type RequestHeader,
} from './protocol/frames.ts'
export { versionedFromBuffer, versionedToBuffer } from './protocol/versioned.ts'
export { type Compression, compressions } from './records/compression.ts'
export { checksum } from './records/crc.ts'
export { BatchCursor } from './records/cursor.ts'
export {
  attribute,
  headerBytes as batchHeaderBytes,
  prefixBytes as batchPrefixBytes,
  recordCount,
} from './records/layout.ts'
export { type ProducerStamp, patchBatch, patchProducer, shiftTimestamps } from './records/patch.ts'
export {
  type KafkaRecord,
  maxContentBytes,
  type RecordHeader,
  readContent,
  readRecords,
} from './records/read.ts'
export { emptyBatch, patchTimestampType, type Rebuild, rebuildBatch } from './records/rebuild.ts'
export { encodeSnappyBlock } from './records/snappy.ts'
export { decodeSnappyBlock, snappyLength } from './records/snappy-block.ts'
export { type BatchProblem, isIntact, validateBatch } from './records/validate.ts'
export { varintLength, writeVarint } from './records/varint.ts'
export { RecordWalk } from './records/walk.ts'
export { type BatchOptions, type HeaderInput, type RecordInput, writeBatch } from './records/write.ts'
export type { Api, RequestInput, RequestOf, ResponseInput, ResponseOf } from './schema/api.ts'
export { zeroUuid } from './schema/field.ts'
export { Message, type Read, type Write } from './schema/message.ts'
export { type FileRange, joinParts, type Part } from './schema/part.ts'
export { malformed, Reader } from './schema/reader.ts'
export { Writer } from './schema/writer.ts'
