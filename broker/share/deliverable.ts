import { BatchCursor } from '../../lib/kafka/index.ts'
import type { OffsetRange } from './share-partition.ts'

/** A transaction that came to nothing, as a partition knows it. */
export interface AbortedTransaction {
  producerId: number
  firstOffset: number
  lastOffset: number
}

/** One batch of what has been read, with its place in the bytes. */
export interface ReadBatch extends OffsetRange {
  start: number
  end: number
}

export interface Deliverable {
  /** What members can be given. */
  batches: ReadBatch[]
  /** What is for nobody: marks of transactions, and what aborted ones wrote. */
  others: OffsetRange[]
}

/** Sorts what has been read below `end`; `aborted` is empty where uncommitted records are read too. */
export function deliverable(bytes: Buffer, end: number, aborted: readonly AbortedTransaction[]): Deliverable {
  const sorted: Deliverable = { batches: [], others: [] }
  const cursor = new BatchCursor(bytes)
  while (cursor.next()) {
    const { baseOffset: first, lastOffset: last } = cursor
    if (last >= end) break
    if (cursor.isControl || isAborted(cursor, aborted)) sorted.others.push({ first, last })
    else sorted.batches.push({ first, last, start: cursor.offset, end: cursor.end })
  }
  return sorted
}

function isAborted(cursor: BatchCursor, aborted: readonly AbortedTransaction[]): boolean {
  if (!cursor.isTransactional) return false
  const producerId = Number(cursor.producerId)
  const { baseOffset } = cursor
  return aborted.some(
    a => a.producerId === producerId && a.firstOffset <= baseOffset && baseOffset <= a.lastOffset,
  )
}
