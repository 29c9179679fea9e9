import { consumerProtocolAssignment, consumerProtocolSubscription } from '../messages/consumer-protocol.ts'
import { versionedFromBuffer, versionedToBuffer } from './versioned.ts'

export interface TopicPartitions {
  topic: string
  partitions: number[]
}

/** The metadata a classic consumer joins with. Written in version 1, which every client reads. */
export function encodeSubscription(
  topics: readonly string[],
  owned: readonly TopicPartitions[] = [],
): Buffer {
  return versionedToBuffer(consumerProtocolSubscription, 1, { topics, ownedPartitions: owned })
}

/** Errors: MALFORMED_MESSAGE. */
export function decodeSubscription(bytes: Buffer) {
  return versionedFromBuffer(consumerProtocolSubscription, bytes)
}

export function encodeAssignment(assigned: readonly TopicPartitions[]): Buffer {
  return versionedToBuffer(consumerProtocolAssignment, 1, { assignedPartitions: assigned })
}

/** An empty assignment, as a member without one gets, reads as no partitions. Errors: MALFORMED_MESSAGE. */
export function decodeAssignment(bytes: Buffer): TopicPartitions[] {
  return bytes.length === 0 ? [] : versionedFromBuffer(consumerProtocolAssignment, bytes).assignedPartitions
}
