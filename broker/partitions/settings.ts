import type { Compression } from '../../lib/kafka/index.ts'

/** A topic's settings as numbers and names, its own over the broker's. */
export interface TopicSettings {
  isCompacted: boolean
  /** Old segments go by time and size. A topic may be this and compacted, or neither. */
  isDeleted: boolean
  retentionMs: number
  retentionBytes: number
  segmentBytes: number
  segmentMs: number
  segmentJitterMs: number
  segmentIndexBytes: number
  indexIntervalBytes: number
  fileDeleteDelayMs: number
  flushMessages: number
  flushMs: number
  maxMessageBytes: number
  isLogAppendTime: boolean
  timestampBeforeMaxMs: number
  timestampAfterMaxMs: number
  /** Undefined: as the producer sent it. */
  compression: Compression | undefined
  /** Of the codec above. */
  compressionLevel: number | undefined
  deleteRetentionMs: number
  minCompactionLagMs: number
  maxCompactionLagMs: number
  minCleanableDirtyRatio: number
  /** Of the broker: producers that write nothing for so long are forgotten. */
  producerExpiryMs: number
}
