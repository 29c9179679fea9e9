import { type BatchCursor, readRecords } from '../../kafka/index.ts'
import type { AbortedTransaction } from '../transaction-index.ts'

const abortMarker = 0
const commitMarker = 1

/**
 * Which transactions a pass over the log stands inside of, and of which any records are left. Batches are shown to it in
 * the order of the log; no I/O.
 */
export class TransactionPass {
  /** By first offset, those not yet reached. */
  #ahead: AbortedTransaction[] = []
  /** Aborted ones that the pass is inside of, and whether records of them have been met. */
  readonly #aborted = new Map<number, { transaction: AbortedTransaction; hasRecords: boolean }>()
  readonly #committing = new Set<number>()
  /** Those whose records are still there: what the transaction index of the compacted segment must name. */
  #kept: AbortedTransaction[] = []

  expect(transactions: readonly AbortedTransaction[]): void {
    this.#ahead = [...this.#ahead, ...transactions].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Of the segment that ends here. */
  takeKept(): AbortedTransaction[] {
    const kept = this.#kept
    this.#kept = []
    return kept
  }

  /** Whether a batch of data belongs to an aborted transaction. */
  isAborted(batch: BatchCursor): boolean {
    this.#reach(batch.lastOffset)
    if (!batch.isTransactional) return false
    const producerId = Number(batch.producerId)
    const aborted = this.#aborted.get(producerId)
    if (aborted === undefined) this.#committing.add(producerId)
    else aborted.hasRecords = true
    return aborted !== undefined
  }

  /** Whether a marker has no records before it any more, so that it may go when its time has come. */
  isIdle(marker: BatchCursor): boolean {
    this.#reach(marker.lastOffset)
    const type = markerType(marker)
    const producerId = Number(marker.producerId)
    if (type === commitMarker) return !this.#committing.delete(producerId)
    if (type !== abortMarker) return type === undefined
    const aborted = this.#aborted.get(producerId)
    this.#aborted.delete(producerId)
    if (aborted === undefined || !aborted.hasRecords) return true
    this.#kept.push(aborted.transaction)
    return false
  }

  #reach(offset: number): void {
    for (let next = this.#ahead[0]; next !== undefined && next.firstOffset <= offset; next = this.#ahead[0]) {
      this.#ahead.shift()
      if (!this.#aborted.has(next.producerId))
        this.#aborted.set(next.producerId, { transaction: next, hasRecords: false })
    }
  }
}

/** Undefined for a marker that an earlier compaction emptied. */
function markerType(marker: BatchCursor): number | undefined {
  const [record] = readRecords(marker)
  return record?.key?.readInt16BE(2)
}
