import { randomFillSync } from 'node:crypto'
import { apis, encodeRequest, writeBatch } from '../../../lib/kafka/index.ts'
import type { NextFrame } from './load.ts'

export interface Shape {
  /** Size of a batch and of the records in it. */
  batchBytes: number
  recordBytes: number
}

export function recordsPer({ batchBytes, recordBytes }: Shape): number {
  return Math.max(1, Math.floor(batchBytes / recordBytes))
}

export function batchOf(shape: Shape): Buffer {
  const value = randomFillSync(Buffer.alloc(shape.recordBytes))
  const one = { key: null, value, timestampMs: Date.now(), headers: [] }
  return writeBatch(Array.from({ length: recordsPer(shape) }, () => one))
}

/** The same produce request again and again until `totalBytes` are sent. */
export function produceFrames(topic: string, partition: number, shape: Shape, totalBytes: number): NextFrame {
  const frame = encodeRequest(apis.produce, 11, 1, 'bench', {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records: batchOf(shape) }] }],
  })
  return repeated(frame, Math.ceil(totalBytes / shape.batchBytes))
}

/** Fetches one partition from its start to its end, going on by what came. */
export function fetchFrames(topic: string, partition: number, shape: Shape, totalBytes: number): NextFrame {
  const batchLength = batchOf(shape).length
  const perBatch = recordsPer(shape)
  const end = Math.ceil(totalBytes / shape.batchBytes) * perBatch
  let offset = 0
  return lastAnswerBytes => {
    // an answer has less than a hundred bytes beside its batches
    offset += Math.floor(lastAnswerBytes / batchLength) * perBatch
    if (offset >= end) return undefined
    return encodeRequest(apis.fetch, 12, 1, 'bench', {
      maxWaitMs: 100,
      minBytes: 1,
      topics: [{ topic, partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 1_048_576 }] }],
    })
  }
}

/** Asks the floor for as many bytes as a fetch gets. */
export function plainFetchFrames(totalBytes: number): NextFrame {
  const frame = Buffer.alloc(8)
  frame.writeInt32BE(4)
  frame.writeInt32BE(1_048_576, 4)
  return repeated(frame, Math.ceil(totalBytes / 1_048_576))
}

function repeated(frame: Buffer, count: number): NextFrame {
  let left = count
  return () => (left-- > 0 ? frame : undefined)
}
