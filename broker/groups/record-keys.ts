import { groupMetadataKey, type RecordInput, versionedToBuffer } from '../../lib/kafka/index.ts'

/** The kind of a classic group's key in `__consumer_offsets`. */
export const groupKind = 2

export function groupKey(group: string): Buffer {
  return withKind(groupKind, versionedToBuffer(groupMetadataKey, 0, { group }))
}

/** The classic group is gone. */
export function groupTombstone(group: string, nowMs: number): RecordInput {
  return { key: groupKey(group), value: null, timestampMs: nowMs, headers: [] }
}

/** The kind stands where a version otherwise does; the keys have but one version. */
export function withKind(kind: number, key: Buffer): Buffer {
  key.writeInt16BE(kind)
  return key
}
