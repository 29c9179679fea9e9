import { type Clock, messageOf, type OnceAMinute, OperatingError } from '../../lib/base/index.ts'
import { type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import type { LedgerHeader } from '../../lib/ledger/index.ts'
import type { Log } from '../../lib/log/index.ts'
import { Signal } from '../signal.ts'

/** What a source hands to the spool: one OTLP request and the ledger's account of it. */
export interface SpoolRecord {
  value: Buffer
  headers: readonly LedgerHeader[]
  /** Log records, data points or spans in it. */
  lines: number
  /** Called when the value has been written into a batch: its buffer is free again. */
  release?: () => void
  /** Called as soon as the record is durable, in the order of the appends, before any promise resolves. */
  onDurable?: () => void
}

/** Kafka refuses more than 1,048,588 bytes a batch by default (max.message.bytes); this leaves room for its header. */
export const maxBatchBytes = 1_000_000
/** A record's value that is sure to make a batch below that, even where it does not compress. */
export const maxValueBytes = 950_000
/** Bytes that go into one batch before compression: what one compression call handles well, and 1/6 to 1 MB after it. */
const groupBytes = 1_048_576
const retryMs = 500

interface Pending {
  record: SpoolRecord
  resolve: () => void
  reject: (error: unknown) => void
}

export interface LaneOptions {
  log: Log
  clock: Clock
  troubles: OnceAMinute
  /** False while the spool may not grow. */
  hasRoom: () => boolean
}

/**
 * The writing side of one spool log. Records of all sources are gathered into compressed record batches, in the order
 * of the calls, with one append in flight: whatever comes meanwhile goes into the next batch.
 *
 * Invariant: records become durable in the order in which they were given, also across failures of the disk. A source
 * whose ranges follow one another therefore never has a gap in the spool. For that a failed append is repeated until
 * it succeeds; nothing behind it can overtake it.
 */
export class Lane {
  readonly log: Log
  /** Below this every record has been durable, and its `onDurable` called. */
  durableOffset: number
  /** Bytes given but not yet durable. */
  queuedBytes = 0
  /** Called after each append. */
  onAppended: () => void = () => undefined
  /** Since when the disk refuses writes; undefined while all is well. */
  failingSinceMs: number | undefined
  readonly #clock: Clock
  readonly #troubles: OnceAMinute
  readonly #hasRoom: () => boolean
  readonly #queue: Pending[] = []
  readonly #changed = new Signal()
  #scratch = Buffer.allocUnsafe(0)
  #closing = false
  #isImpatient = false
  readonly #running: Promise<void>

  constructor(options: LaneOptions) {
    this.log = options.log
    this.durableOffset = options.log.endOffset
    this.#clock = options.clock
    this.#troubles = options.troubles
    this.#hasRoom = options.hasRoom
    this.#running = this.#run()
  }

  /** Resolves when the record is durable; waits as long as the spool is full. Rejects with SPOOL_CLOSED. */
  append(record: SpoolRecord): Promise<void> {
    if (this.#closing) return Promise.reject(closed())
    this.queuedBytes += record.value.length
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, resolve, reject })
      this.#changed.raise()
    })
  }

  /** About how many bytes stand at or above a spool offset: exact by segment, by share within one. */
  unshippedBytes(ackedOffset: number): number {
    let bytes = 0
    for (const { baseOffset, nextOffset, sizeBytes } of this.log.segments) {
      const all = nextOffset - baseOffset
      const left = Math.min(all, Math.max(0, nextOffset - ackedOffset))
      if (all > 0) bytes += Math.round((sizeBytes * left) / all)
    }
    return bytes
  }

  /** Tells the lane that there may be room again. */
  wake(): void {
    this.#changed.raise()
  }

  /**
   * From now on nothing waits for room or for the disk: the first record that would is refused, and with it everything
   * behind it, or a later range of a file could be in the spool without the one before.
   */
  stopWaiting(): void {
    this.#isImpatient = true
    this.#changed.raise()
  }

  /** Writes what was given, unless the spool is full or the disk refuses, and stops. */
  async close(): Promise<void> {
    this.#closing = true
    this.#changed.raise()
    await this.#running
    this.#refuseAll()
  }

  #refuseAll(): void {
    this.#closing = true
    refuse(this.#queue.splice(0))
  }

  async #run(): Promise<void> {
    // the next batch is compressed while the one before it is being synced
    let appending = Promise.resolve(true)
    for (;;) {
      while (this.#queue.length > 0 && this.#hasRoom()) {
        const group = this.#takeGroup()
        const batches = this.#writeBatches(group)
        if (!(await appending)) {
          refuse(group)
          return
        }
        appending = this.#append(batches, group)
      }
      if (!(await appending) || this.#closing) return
      if (this.#isImpatient && this.#queue.length > 0) this.#refuseAll()
      await this.#changed.wait()
    }
  }

  #takeGroup(): Pending[] {
    let bytes = 0
    let count = 0
    for (const { record } of this.#queue) {
      if (count > 0 && bytes + record.value.length > groupBytes) break
      bytes += record.value.length
      count++
    }
    return this.#queue.splice(0, count)
  }

  /** One batch, or several where one would be larger than Kafka takes. */
  #writeBatches(group: readonly Pending[]): Buffer {
    const timestampMs = this.#clock.nowMs()
    const inputs = group.map(({ record }) => ({
      key: null,
      value: record.value,
      timestampMs,
      headers: record.headers,
    }))
    const batches: Buffer[] = []
    writeSmallBatches(inputs, bytes => this.#takeScratch(bytes), batches)
    for (const { record } of group) record.release?.()
    return batches.length === 1 ? (batches[0] as Buffer) : Buffer.concat(batches)
  }

  #takeScratch(bytes: number): Buffer {
    if (bytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(bytes)
    return this.#scratch
  }

  /** False where the lane was closed before the disk took the batch. */
  async #append(batches: Buffer, group: readonly Pending[]): Promise<boolean> {
    for (;;) {
      try {
        const { lastOffset } = await this.log.append(batches)
        this.#settle(group, lastOffset + 1)
        return true
      } catch (error) {
        this.failingSinceMs ??= this.#clock.monotonicMs()
        this.#troubles.warn('cannot write the spool, sources wait', { error: messageOf(error) })
        if (this.#closing || this.#isImpatient) {
          this.#refuseAll()
          refuse(group)
          return false
        }
        await new Promise(resolve => setTimeout(resolve, retryMs))
      }
    }
  }

  #settle(group: readonly Pending[], nextOffset: number): void {
    this.failingSinceMs = undefined
    for (const { record } of group) {
      this.queuedBytes -= record.value.length
      record.onDurable?.()
    }
    this.durableOffset = nextOffset
    this.onAppended()
    for (const { resolve } of group) resolve()
  }
}

function writeSmallBatches(
  inputs: readonly RecordInput[],
  scratch: (bytes: number) => Buffer,
  into: Buffer[],
): void {
  const batch = writeBatch(inputs, { compression: 'zstd', scratch })
  if (batch.length <= maxBatchBytes || inputs.length === 1) {
    into.push(batch)
    return
  }
  const half = inputs.length >> 1
  writeSmallBatches(inputs.slice(0, half), scratch, into)
  writeSmallBatches(inputs.slice(half), scratch, into)
}

function refuse(group: readonly Pending[]): void {
  for (const { reject } of group) reject(closed())
}

function closed(): OperatingError {
  return new OperatingError('SPOOL_CLOSED', 'the agent is stopping, send again when it is back')
}
