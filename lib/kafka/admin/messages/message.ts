import type { RecordHeader } from '../../index.ts'

/** One record as it lies in a topic. */
export interface TopicMessage {
  topic: string
  partition: number
  offset: number
  timestampMs: number
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
}
