/** A transaction that a partition has records of. */
export interface OpenTransaction {
  readonly producerId: number
  /** Where its records begin; while the first of them is being written, an offset that cannot be past it. */
  firstOffset: number
  isPlaced: boolean
  /** Batches of it that are being written. */
  writing: number
  /** Its marker is in the log; what follows from it is still being done. */
  isEnded: boolean
}

/**
 * The transactions of a partition whose outcome readers may not know yet; the oldest says how far all is decided.
 * They enter in the order of the log, so the first of the set is always the oldest. No I/O.
 */
export class OpenTransactions {
  readonly #open = new Set<OpenTransaction>()

  /** Below it all is decided; undefined where nothing is open. */
  get firstOffset(): number | undefined {
    // asked for once per batch: most partitions have none
    if (this.#open.size === 0) return undefined
    for (const { firstOffset } of this.#open) return firstOffset
    return undefined
  }

  /** `atLeast`: the end of the log now. */
  begin(producerId: number, atLeast: number): OpenTransaction {
    const begun = { producerId, firstOffset: atLeast, isPlaced: false, writing: 0, isEnded: false }
    this.#open.add(begun)
    return begun
  }

  /** A batch of it has been written. */
  written(transaction: OpenTransaction, baseOffset: number): void {
    transaction.writing--
    if (transaction.isPlaced) return
    transaction.firstOffset = baseOffset
    transaction.isPlaced = true
  }

  /** A batch of it could not be written. False when none of it is left. */
  failed(transaction: OpenTransaction): boolean {
    transaction.writing--
    if (transaction.isPlaced || transaction.writing > 0) return true
    this.#open.delete(transaction)
    return false
  }

  /** False once it is closed, or none of it is left. */
  has(transaction: OpenTransaction): boolean {
    return this.#open.has(transaction)
  }

  /** Nothing holds readers back any more. */
  close(transaction: OpenTransaction): void {
    this.#open.delete(transaction)
  }

  /** How far all is decided once `except`, which ends at `lastOffset`, no longer counts. */
  decidedAfter(except: OpenTransaction, lastOffset: number): number {
    for (const transaction of this.#open)
      if (transaction !== except && !transaction.isEnded) return transaction.firstOffset
    return lastOffset + 1
  }

  /** Where the producer's transaction began that was open when the log ended at `offset`. */
  firstOffsetOf(producerId: number, offset: number): number | undefined {
    for (const transaction of this.#open)
      if (transaction.producerId === producerId && !transaction.isEnded && transaction.firstOffset < offset)
        return transaction.isPlaced ? transaction.firstOffset : undefined
    return undefined
  }
}
