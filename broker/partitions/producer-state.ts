import { Turns } from '../../lib/base/index.ts'
import type { AbortedTransaction, Log, TransactionIndex } from '../../lib/log/index.ts'
import type { OpenTransaction } from './open-transactions.ts'
import type { Marker, Producers } from './producers.ts'
import { encodeSnapshot, writeSnapshot } from './snapshot.ts'

/** After so many bytes the producers' state is written down, so that a start after a crash reads no more than that. */
const snapshotIntervalBytes = 67_108_864

export interface ProducerStateOptions {
  folder: string
  log: Log
  producers: Producers
  index: TransactionIndex
  /** Where the log ended at the newest snapshot; -1 without one. */
  snapshotOffset: number
  /** A snapshot could not be written. */
  onProblem: (message: string, error: unknown) => void
}

/**
 * Keeps on disk what a partition knows of its producers: a snapshot where a segment begins, every so many bytes, and at
 * the end; and the index of aborted transactions. A snapshot is written after the index entries of all markers below it,
 * so that what comes after the newest snapshot can always be made anew from the log.
 */
export class ProducerState {
  readonly #options: ProducerStateOptions
  /** The state is that of the log up to here. */
  #knownOffset: number
  #snapshotOffset: number
  #bytesSinceSnapshot = 0
  #activeOffset: number
  /** Of the files that the index knows. */
  #generation: number
  /** What is done on disk follows each other. */
  readonly #turns = new Turns()
  #isSnapshotting = false
  /** Aborted, with the marker in the log, but not in the index yet. */
  readonly #unindexed: { entry: AbortedTransaction; transaction: OpenTransaction }[] = []

  constructor(options: ProducerStateOptions) {
    this.#options = options
    this.#knownOffset = options.log.endOffset
    this.#activeOffset = options.log.activeOffset
    this.#generation = options.log.generation
    this.#snapshotOffset = options.snapshotOffset
  }

  /**
   * To be called when an append is settled, in the order of the log and before the producers take note of it. Hot: once
   * per batch.
   */
  onAppended(lastOffset: number, bytes: number): void {
    const { activeOffset } = this.#options.log
    this.#bytesSinceSnapshot += bytes
    if (activeOffset !== this.#activeOffset) {
      this.#activeOffset = activeOffset
      // the append that is told of is the first of the new segment: the state is still that of where it begins
      this.#startSnapshot(activeOffset)
    } else if (this.#bytesSinceSnapshot >= snapshotIntervalBytes) this.#startSnapshot(this.#knownOffset)
    this.#knownOffset = lastOffset + 1
  }

  /** The marker is in the log at `offset`. Readers are held back until `settled`. */
  ended(marker: Marker, transaction: OpenTransaction | undefined, offset: number, nowMs: number): void {
    const { producers } = this.#options
    producers.end(marker, transaction, nowMs)
    if (transaction === undefined) return
    if (marker.isCommit || !transaction.isPlaced) {
      producers.transactions.close(transaction)
      return
    }
    const { producerId, firstOffset } = transaction
    const lastStableOffset = producers.transactions.decidedAfter(transaction, offset)
    this.#unindexed.push({
      entry: { producerId, firstOffset, lastOffset: offset, lastStableOffset },
      transaction,
    })
  }

  /** Resolves when readers can learn of all that was aborted. Rejects with the error of the disk; may be tried again. */
  settled(): Promise<void> {
    if (this.#unindexed.length === 0) return Promise.resolve()
    return this.#turns.take(() => this.#index())
  }

  async abortedTransactions(from: number, to: number): Promise<AbortedTransaction[]> {
    const { log, index } = this.#options
    if (log.generation !== this.#generation) await this.#turns.take(() => this.#reload())
    return await index.between(from, to)
  }

  /** Segments below have been removed. */
  forgetBelow(base: number): void {
    this.#options.index.forgetBelow(base)
  }

  /** After the log has been closed: the state is that of all of it. */
  async close(): Promise<void> {
    const { log, index } = this.#options
    await this.#turns.settled()
    if (log.endOffset > 0 && this.#snapshotOffset !== log.endOffset)
      await this.#snapshot(log.endOffset, this.#encode(log.endOffset))
    await index.close()
  }

  async #reload(): Promise<void> {
    const { log, index } = this.#options
    const { generation } = log
    if (generation === this.#generation) return
    await index.reload(log.segments.map(({ baseOffset }) => baseOffset))
    this.#generation = generation
  }

  async #index(): Promise<void> {
    const { index, log, producers } = this.#options
    for (let next = this.#unindexed[0]; next !== undefined; next = this.#unindexed[0]) {
      const { entry, transaction } = next
      const segment = log.segments.findLast(({ baseOffset }) => baseOffset <= entry.lastOffset)
      // deleted meanwhile: nobody can read what was aborted
      if (segment !== undefined) await index.append(segment.baseOffset, entry)
      this.#unindexed.shift()
      producers.transactions.close(transaction)
    }
  }

  /** The state is taken now, and written in the background. */
  #startSnapshot(offset: number): void {
    this.#bytesSinceSnapshot = 0
    if (this.#isSnapshotting) return
    this.#isSnapshotting = true
    const bytes = this.#encode(offset)
    void this.#turns
      .take(() => this.#snapshot(offset, bytes))
      .catch(error => this.#options.onProblem('writing a producer snapshot failed', error))
      .finally(() => {
        this.#isSnapshotting = false
      })
  }

  async #snapshot(offset: number, bytes: Buffer): Promise<void> {
    const { folder, index, log } = this.#options
    await this.#index()
    await index.sync()
    const bases = log.segments.map(({ baseOffset }) => baseOffset)
    await writeSnapshot(folder, offset, bytes, bases)
    this.#snapshotOffset = offset
  }

  #encode(offset: number): Buffer {
    return encodeSnapshot(this.#options.producers, offset)
  }
}
