import type { Transaction } from './transaction.ts'

/** One transactional id as the coordinator keeps it. */
export class TransactionEntry {
  transaction: Transaction
  /** A step is being written, or markers are. */
  isPending = false
  /** Writes that wait for the transaction to take in their partitions; they go on in the order in which they came. */
  admissions: Promise<unknown> | undefined
  #waiting: (() => void)[] = []

  constructor(transaction: Transaction) {
    this.transaction = transaction
  }

  /** Resolves when what is pending has been done. */
  change(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  settle(): void {
    this.isPending = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
