import { type Clock, codeOf, type Logger, messageOf } from '../../lib/base/index.ts'
import { BatchCursor, errorCodes } from '../../lib/kafka/index.ts'
import { type Log, type LogResources, openLog } from '../../lib/log/index.ts'
import type { TopicSettings } from '../topics/settings.ts'
import { type Admission, admitBatch } from './admit.ts'
import { checkBatch, type RecordError } from './check-batch.ts'
import { Flusher } from './flusher.ts'
import { LeaderEpochs, leaderEpoch } from './leader-epochs.ts'
import { type ProducedBatch, Producers } from './producers.ts'
import { logTuning, retentionStep } from './retention.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { Waiters } from './waiters.ts'

/** After so many bytes the producers' state is written down, so that a start after a crash reads no more than that. */
const snapshotIntervalBytes = 67_108_864
/** A broken disk is said once in this time, not once a request. */
const complaintIntervalMs = 10_000
const scanBytes = 4_194_304

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

export interface ProduceOutcome {
  errorCode: number
  baseOffset: number
  message: string | null
  recordErrors?: readonly RecordError[]
  /** When the broker got it, where its records count as of then. */
  logAppendTimeMs?: number
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
  /** The producers' state is that of the log up to here. */
  #knownOffset: number
  #snapshotOffset: number
  #bytesSinceSnapshot = 0
  #snapshotting: Promise<void> | undefined
  /** Undefined where every append is synced anyway. */
  readonly #flusher: Flusher | undefined
  #activeBase: number
  #activeSinceMs: number
  #lastComplaintMs = Number.NEGATIVE_INFINITY

  constructor(
    options: PartitionOptions,
    log: Log,
    producers: Producers,
    snapshotOffset: number,
    epochs: LeaderEpochs,
  ) {
    this.index = options.index
    this.log = log
    this.producers = producers
    this.epochs = epochs
    this.#options = options
    this.#place = `${options.topic}-${options.index}`
    this.#knownOffset = log.endOffset
    this.#snapshotOffset = snapshotOffset
    this.#flusher =
      options.flush === 'ack'
        ? undefined
        : new Flusher(log, options.settings, error => this.#complain('syncing a partition failed', error))
    this.#activeBase = log.segments.at(-1)?.baseOffset ?? 0
    this.#activeSinceMs = options.clock.nowMs()
  }

  /**
   * Appends what a produce request carries, or says why not. Kafka's error code is a result. The bytes must stay as they
   * are until the promise settles. The order of calls is the order in the log.
   */
  produce(records: Buffer, version: number): Promise<ProduceOutcome> | ProduceOutcome {
    const cursor = new BatchCursor(records)
    const refusal = checkBatch(cursor, this.#options.settings.maxMessageBytes, version)
    if (refusal !== undefined) return { ...refusal, baseOffset: -1 }
    const { settings, clock } = this.#options
    const admitted = admitBatch(cursor, settings, this.#place, clock.nowMs())
    if (admitted === undefined) return this.#produceChecked(cursor)
    return 'errorCode' in admitted ? { ...admitted, baseOffset: -1 } : this.#produceAdmitted(admitted)
  }

  async #produceAdmitted({ records, logAppendTimeMs }: Admission): Promise<ProduceOutcome> {
    const cursor = new BatchCursor(records)
    cursor.next()
    return { ...(await this.#produceChecked(cursor)), logAppendTimeMs }
  }

  #produceChecked(cursor: BatchCursor): Promise<ProduceOutcome> | ProduceOutcome {
    return cursor.hasProducerId ? this.#produceOnce(cursor) : this.append(cursor.buffer)
  }

  /** Below it no transaction is open: as far as `read_committed` consumers see and compaction may go. */
  get lastStableOffset(): number {
    return this.log.stableOffset
  }

  /** The topic has been configured anew. */
  onSettings(): void {
    this.log.configure(logTuning(this.#options.settings))
  }

  /** Appends a batch of the broker's own, or one already checked. */
  async append(records: Buffer): Promise<ProduceOutcome> {
    try {
      const { baseOffset, lastOffset } = await this.log.append(records)
      this.#knownOffset = lastOffset + 1
      this.#onAppended(records.length)
      return { errorCode: 0, baseOffset, message: null }
    } catch (error) {
      return this.#storageError(error)
    }
  }

  /** Deletes what retention lets go. */
  async enforceRetention(): Promise<void> {
    const nowMs = this.#options.clock.nowMs()
    this.producers.expire(nowMs)
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
    this.#options.logger.info('segments deleted by retention', {
      topic: this.#options.topic,
      partition: this.index,
      startOffset: this.log.startOffset,
    })
  }

  async close(): Promise<void> {
    this.waiters.gone()
    this.#flusher?.close()
    await this.#snapshotting
    await this.log.close()
    // nothing is being written any more: the state is that of the whole log
    if (this.log.endOffset > 0 && this.#snapshotOffset !== this.log.endOffset)
      await writeSnapshot(this.#options.folder, this.log.endOffset, this.producers.all())
  }

  /** Answers a read that failed on the disk. */
  storageError(error: unknown): number {
    return this.#storageError(error).errorCode
  }

  #produceOnce(cursor: BatchCursor): Promise<ProduceOutcome> | ProduceOutcome {
    const identity = {
      producerId: Number(cursor.producerId),
      epoch: cursor.producerEpoch,
      firstSequence: cursor.baseSequence,
      count: cursor.count,
    }
    const check = this.producers.check(identity)
    switch (check.outcome) {
      case 'duplicate':
        return this.#answerDuplicate(check.batch)
      case 'out-of-order':
        return refused(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER, 'a batch before this one is missing')
      case 'old-epoch':
        return refused(errorCodes.INVALID_PRODUCER_EPOCH, 'the producer has a newer epoch')
      case 'next': {
        const batch = this.producers.add(identity, cursor.maxTimestampMs, this.#options.clock.nowMs())
        return this.#appendOf(identity.producerId, batch, cursor.buffer)
      }
    }
  }

  async #appendOf(producerId: number, batch: ProducedBatch, records: Buffer): Promise<ProduceOutcome> {
    const written = this.log.append(records)
    batch.written = written.then(result => result.baseOffset)
    // whoever sends it again while it is being written hears of the failure too; nobody may be waiting
    batch.written.catch(() => undefined)
    try {
      const { baseOffset, lastOffset } = await written
      batch.lastOffset = lastOffset
      batch.written = undefined
      this.#knownOffset = lastOffset + 1
      this.#onAppended(records.length)
      return { errorCode: 0, baseOffset, message: null }
    } catch (error) {
      this.producers.remove(producerId, batch)
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

  #onAppended(bytes: number): void {
    this.waiters.grew(bytes)
    this.#flusher?.onAppended()
    this.#bytesSinceSnapshot += bytes
    if (this.#bytesSinceSnapshot < snapshotIntervalBytes || this.#snapshotting !== undefined) return
    this.#bytesSinceSnapshot = 0
    this.#snapshotting = this.#snapshot().finally(() => {
      this.#snapshotting = undefined
    })
  }

  async #snapshot(): Promise<void> {
    const offset = this.#knownOffset
    try {
      await writeSnapshot(this.#options.folder, offset, this.producers.all())
      this.#snapshotOffset = offset
    } catch (error) {
      this.#complain('writing a producer snapshot failed', error)
    }
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

function refused(errorCode: number, message: string): ProduceOutcome {
  return { errorCode, baseOffset: -1, message }
}

/** Opens the log with recovery where needed, and brings the producers' state up to its end. */
export async function openPartition(options: PartitionOptions): Promise<Partition> {
  const { folder, settings, flush, resources, logger } = options
  const nowMs = () => options.clock.nowMs()
  const log = await openLog(
    { folder, flush, leaderEpoch, ...logTuning(settings) },
    { resources, logger, nowMs },
  )
  const snapshot = await readSnapshot(folder, log.endOffset)
  const producers = new Producers()
  for (const producer of snapshot?.producers ?? []) producers.restore(producer)
  await replay(log, Math.max(snapshot?.offset ?? 0, log.startOffset), producers)
  const epochs = await LeaderEpochs.open(folder, leaderEpoch, log)
  return new Partition(options, log, producers, snapshot?.offset ?? -1, epochs)
}

/** Looks at the headers of all batches from `offset` on. */
async function replay(log: Log, offset: number, producers: Producers): Promise<void> {
  for (let at = offset; at < log.stableOffset; ) {
    const slice = await log.read(at, scanBytes)
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next()) if (cursor.hasProducerId) replayBatch(cursor, producers)
    at = slice.nextOffset
    slice.release()
  }
}

function replayBatch(cursor: BatchCursor, producers: Producers): void {
  const identity = {
    producerId: Number(cursor.producerId),
    epoch: cursor.producerEpoch,
    firstSequence: cursor.baseSequence,
    // compaction may have taken records out; sequences go by offsets
    count: cursor.lastOffsetDelta + 1,
  }
  const { maxTimestampMs } = cursor
  const batch = producers.add(identity, maxTimestampMs, maxTimestampMs)
  batch.lastOffset = cursor.lastOffset
}
