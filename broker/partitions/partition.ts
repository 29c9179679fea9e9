import { type Clock, codeOf, type Logger, messageOf } from '../../lib/base/index.ts'
import { BatchCursor, errorCodes } from '../../lib/kafka/index.ts'
import type { AbortedTransaction, Log, LogResources, TransactionIndex } from '../../lib/log/index.ts'
import { type Admission, admitBatch } from './admit.ts'
import { checkBatch } from './check-batch.ts'
import { Flusher } from './flusher.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import { markerBatch } from './markers.ts'
import { oldEpoch, type ProduceOutcome, refused } from './outcome.ts'
import { ProducerState } from './producer-state.ts'
import {
  type BatchIdentity,
  identityOf,
  type Marker,
  type ProducedBatch,
  type Producers,
} from './producers.ts'
import { logTuning, retentionStep } from './retention.ts'
import type { TopicSettings } from './settings.ts'
import { Waiters } from './waiters.ts'

/** A broken disk is said once in this time, not once a request. */
const complaintIntervalMs = 10_000

export interface PartitionOptions {
  topic: string
  index: number
  folder: string
  /** Live: they change with the topic's configuration. */
  settings: Readonly<TopicSettings>
  flush: 'ack' | 'os'
  resources: LogResources
  clock: Clock
  logger: Logger
}

export interface PartitionParts {
  log: Log
  producers: Producers
  index: TransactionIndex
  epochs: LeaderEpochs
  /** Where the log ended at the newest snapshot of the producers; -1 without one. */
  snapshotOffset: number
}

/** One partition that is open: its log, what it knows of producers, and who waits for it to grow. */
export class Partition {
  readonly index: number
  readonly log: Log
  readonly waiters = new Waiters()
  readonly producers: Producers
  readonly epochs: LeaderEpochs
  readonly #options: PartitionOptions
  readonly #place: string
  readonly #state: ProducerState
  /** Readers of committed records were last told of what lies below. */
  #stableTold: number
  #bytesSinceTold = 0
  /** Undefined where every append is synced anyway. */
  readonly #flusher: Flusher | undefined
  #activeBase: number
  #activeSinceMs: number
  #lastComplaintMs = Number.NEGATIVE_INFINITY

  constructor(options: PartitionOptions, parts: PartitionParts) {
    const { log, producers, index, snapshotOffset, epochs } = parts
    this.index = options.index
    this.log = log
    this.producers = producers
    this.epochs = epochs
    this.#options = options
    this.#place = `${options.topic}-${options.index}`
    const onProblem = (message: string, error: unknown) => this.#complain(message, error)
    this.#state = new ProducerState({
      folder: options.folder,
      log,
      producers,
      index,
      snapshotOffset,
      onProblem,
    })
    this.#stableTold = this.lastStableOffset
    this.#flusher =
      options.flush === 'ack'
        ? undefined
        : new Flusher(log, options.settings, error => onProblem('syncing a partition failed', error))
    this.#activeBase = log.segments.at(-1)?.baseOffset ?? 0
    this.#activeSinceMs = options.clock.nowMs()
  }

  /**
   * Appends what a produce request carries, or says why not. Kafka's error code is a result. The bytes must stay as they
   * are until the promise settles. The order of calls is the order in the log. Whether a transaction may write here has
   * been asked before; `startsAtZero` see `Producers.check`.
   */
  produce(records: Buffer, version: number, startsAtZero = false): Promise<ProduceOutcome> | ProduceOutcome {
    const cursor = new BatchCursor(records)
    const refusal = checkBatch(cursor, this.#options.settings.maxMessageBytes, version)
    if (refusal !== undefined) return { ...refusal, baseOffset: -1 }
    const { settings, clock } = this.#options
    const admitted = admitBatch(cursor, settings, this.#place, clock.nowMs())
    if (admitted === undefined) return this.#produceChecked(cursor, startsAtZero)
    return 'errorCode' in admitted
      ? { ...admitted, baseOffset: -1 }
      : this.#produceAdmitted(admitted, startsAtZero)
  }

  async #produceAdmitted(
    { records, logAppendTimeMs }: Admission,
    startsAtZero: boolean,
  ): Promise<ProduceOutcome> {
    const cursor = new BatchCursor(records)
    cursor.next()
    return { ...(await this.#produceChecked(cursor, startsAtZero)), logAppendTimeMs }
  }

  #produceChecked(cursor: BatchCursor, startsAtZero: boolean): Promise<ProduceOutcome> | ProduceOutcome {
    return cursor.hasProducerId ? this.#produceOnce(cursor, startsAtZero) : this.#appendPlain(cursor.buffer)
  }

  /** Below it no transaction is open: as far as `read_committed` consumers see and compaction may go. */
  get lastStableOffset(): number {
    const { firstOffset } = this.producers.transactions
    const { stableOffset, startOffset } = this.log
    // what was deleted may have been open
    return firstOffset === undefined
      ? stableOffset
      : Math.max(startOffset, Math.min(firstOffset, stableOffset))
  }

  /** Those with records from `fromOffset` on and below `toOffset`, in the order of their markers. */
  abortedTransactions(fromOffset: number, toOffset: number): Promise<AbortedTransaction[]> {
    return this.#state.abortedTransactions(fromOffset, toOffset)
  }

  /** The topic has been configured anew. */
  onSettings(): void {
    this.log.configure(logTuning(this.#options.settings))
  }

  /** Appends a batch of the broker's own; one with a producer id belongs to a transaction of that producer. */
  append(records: Buffer): Promise<ProduceOutcome> | ProduceOutcome {
    const cursor = new BatchCursor(records)
    if (!cursor.next() || !cursor.hasProducerId) return this.#appendPlain(records)
    const identity = identityOf(cursor)
    return this.producers.isOldEpoch(identity) ? oldEpoch() : this.#appendOf(identity, cursor)
  }

  /** Ends a transaction in this partition. Resolves with Kafka's error code when readers see its outcome. */
  async appendMarker(marker: Marker): Promise<number> {
    const check = this.producers.checkMarker(marker)
    if (check === 'old-epoch') return errorCodes.INVALID_PRODUCER_EPOCH
    if (check === 'old-coordinator') return errorCodes.TRANSACTION_COORDINATOR_FENCED
    const nowMs = this.#options.clock.nowMs()
    const records = markerBatch(marker, nowMs)
    const transaction = this.producers.detach(marker.producerId)
    try {
      const { lastOffset } = await this.log.append(records)
      this.#state.onAppended(lastOffset, records.length)
      this.#state.ended(marker, transaction, lastOffset, nowMs)
    } catch (error) {
      if (transaction !== undefined) this.producers.reattach(transaction)
      return this.storageError(error)
    }
    return await this.#settle(records.length)
  }

  /** Deletes what retention lets go. */
  async enforceRetention(nowMs: number): Promise<void> {
    this.producers.expire(nowMs, this.#options.settings.producerExpiryMs)
    const { segments } = this.log
    const active = segments.at(-1)?.baseOffset ?? 0
    if (active !== this.#activeBase) {
      this.#activeBase = active
      this.#activeSinceMs = nowMs
    }
    const step = retentionStep(segments, this.#options.settings, nowMs, this.#activeSinceMs)
    if (step.roll) await this.log.roll()
    if (step.deleteBefore !== undefined) await this.#deleteBefore(step.deleteBefore)
    // by requests it may have moved as well
    await this.epochs.moveStart(this.log.startOffset)
  }

  async #deleteBefore(offset: number): Promise<void> {
    await this.log.deleteBefore(offset)
    this.waiters.changed()
    this.#state.forgetBelow(this.log.segments[0]?.baseOffset ?? 0)
    this.#options.logger.info('segments deleted by retention', {
      topic: this.#options.topic,
      partition: this.index,
      startOffset: this.log.startOffset,
    })
  }

  async close(): Promise<void> {
    this.waiters.end()
    this.#flusher?.close()
    await this.log.close()
    await this.#state.close()
  }

  /** Answers a read that failed on the disk. */
  storageError(error: unknown): number {
    return this.#storageError(error).errorCode
  }

  #produceOnce(cursor: BatchCursor, startsAtZero: boolean): Promise<ProduceOutcome> | ProduceOutcome {
    const identity = identityOf(cursor)
    const check = this.producers.check(identity, startsAtZero)
    switch (check.outcome) {
      case 'duplicate':
        return this.#answerDuplicate(check.batch)
      case 'out-of-order':
        return refused(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER, 'a batch before this one is missing')
      case 'old-epoch':
        return oldEpoch()
      case 'in-transaction':
        return refused(errorCodes.INVALID_TXN_STATE, 'the producer has a transaction open here')
      case 'next':
        return this.#appendOf(identity, cursor)
    }
  }

  async #appendPlain(records: Buffer): Promise<ProduceOutcome> {
    try {
      const { baseOffset, lastOffset } = await this.log.append(records)
      this.#state.onAppended(lastOffset, records.length)
      this.#tell(records.length)
      await this.#flusher?.onAppended()
      return { errorCode: 0, baseOffset, message: null }
    } catch (error) {
      return this.#storageError(error)
    }
  }

  async #appendOf(identity: BatchIdentity, cursor: BatchCursor): Promise<ProduceOutcome> {
    const { buffer: records, maxTimestampMs } = cursor
    const nowMs = this.#options.clock.nowMs()
    const batch = this.producers.add(identity, maxTimestampMs, nowMs, this.log.endOffset)
    const written = this.log.append(records)
    batch.written = written.then(result => result.baseOffset)
    // whoever sends it again while it is being written hears of the failure too; nobody may be waiting
    batch.written.catch(() => undefined)
    try {
      const { baseOffset, lastOffset } = await written
      this.#state.onAppended(lastOffset, records.length)
      this.producers.written(identity.producerId, batch, baseOffset, lastOffset)
      this.#tell(records.length)
      await this.#flusher?.onAppended()
      return { errorCode: 0, baseOffset, message: null }
    } catch (error) {
      this.producers.remove(identity.producerId, batch)
      this.#tell(0)
      return this.#storageError(error)
    }
  }

  async #answerDuplicate(batch: ProducedBatch): Promise<ProduceOutcome> {
    try {
      const count = ((batch.lastSequence - batch.firstSequence + 0x8000_0000) % 0x8000_0000) + 1
      const baseOffset =
        batch.lastOffset === undefined ? ((await batch.written) ?? -1) : batch.lastOffset - count + 1
      return { errorCode: 0, baseOffset, message: null }
    } catch (error) {
      return this.#storageError(error)
    }
  }

  async #settle(bytes: number): Promise<number> {
    try {
      await this.#state.settled()
      return errorCodes.NONE
    } catch (error) {
      return this.storageError(error)
    } finally {
      this.#tell(bytes)
    }
  }

  /** Wakes who waits for the partition to grow; those who read committed records when more of them can be read. */
  #tell(bytes: number): void {
    this.#bytesSinceTold += bytes
    const { lastStableOffset } = this
    const isMoved = lastStableOffset > this.#stableTold
    // more than there may be to read, where some of it is still open: who waits looks again
    this.waiters.grew(bytes, isMoved ? this.#bytesSinceTold : 0)
    this.#stableTold = lastStableOffset
    if (lastStableOffset === this.log.stableOffset) this.#bytesSinceTold = 0
  }

  #storageError(error: unknown): ProduceOutcome {
    if (codeOf(error) !== 'LOG_CLOSED') this.#complain('a partition cannot be written or read', error)
    return refused(errorCodes.KAFKA_STORAGE_ERROR, messageOf(error))
  }

  #complain(message: string, error: unknown): void {
    const nowMs = this.#options.clock.monotonicMs()
    if (nowMs - this.#lastComplaintMs < complaintIntervalMs) return
    this.#lastComplaintMs = nowMs
    const { topic, index: partition, logger } = this.#options
    logger.error(message, { topic, partition, error: messageOf(error) })
  }
}
