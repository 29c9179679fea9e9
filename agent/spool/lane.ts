import { type Clock, messageOf, type OnceAMinute, OperatingError, Wake } from '../../lib/base/index.ts'
import { type LedgerEntry, type LedgerHeader, ledgerHeaders } from '../../lib/ledger/index.ts'
import type { Log } from '../../lib/log/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { BatchWriter, type WrittenBatches } from './batch-writer.ts'

/** What a source hands to the spool: one OTLP request and the ledger's account of it. */
export interface SpoolRecord {
  value: Buffer
  entry: LedgerEntry
  /** Headers beside the ledger's. */
  headers?: readonly LedgerHeader[]
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

/** Somebody who carries what stands in a lane elsewhere. The lane is kept for the slowest of its readers. */
export interface LaneReader {
  /** Spool offsets below need not be kept for it. */
  readonly ackedOffset: number
  /** Tells that the lane has more. */
  wake(): void
}

/** The reader that carries the ledger along: what it has brought there must not be said to be dropped. */
export interface LedgerReader extends LaneReader {
  /** It sends nothing until it is released; undefined while something is under way, which may arrive or not. */
  hold(): (() => void) | undefined
}

/** Which records go through a lane, and to which topic. */
export interface LaneName {
  /** Unique, and the name of its folder. */
  name: string
  signal: Signal
  topic: string
  /** Whether it takes its signal's records, those that a rule sends to its topic, or none any more. */
  use: 'signal' | 'topic' | 'rest'
}

export interface LaneOptions extends LaneName {
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
export class Lane implements LaneName {
  readonly name: string
  readonly signal: Signal
  readonly topic: string
  use: LaneName['use']
  readonly log: Log
  /** Below this every record has been durable, and its `onDurable` called. */
  durableOffset: number
  /** Bytes given but not yet durable. */
  queuedBytes = 0
  /** What was dropped on the way in since the start, by the rule that dropped it. */
  readonly dropped = new Map<string, number>()
  /** Since when the disk refuses writes; undefined while all is well. */
  failingSinceMs: number | undefined
  readonly #clock: Clock
  readonly #troubles: OnceAMinute
  readonly #hasRoom: () => boolean
  readonly #queue: Pending[] = []
  readonly #changed = new Wake()
  readonly #readers = new Set<LaneReader>()
  #ledger: LedgerReader | undefined
  readonly #writer = new BatchWriter(maxBatchBytes)
  #closing = false
  #isImpatient = false
  readonly #running: Promise<void>

  constructor(options: LaneOptions) {
    this.name = options.name
    this.signal = options.signal
    this.topic = options.topic
    this.use = options.use
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

  /** From now on nothing is let go that the reader has not acknowledged. */
  attach(reader: LaneReader): void {
    this.#readers.add(reader)
  }

  /** Spool offsets below are done with: acknowledged by every reader. */
  get ackedOffset(): number {
    let acked = this.log.stableOffset
    for (const reader of this.#readers) acked = Math.min(acked, reader.ackedOffset)
    return acked
  }

  attachLedger(reader: LedgerReader): void {
    this.attach(reader)
    this.#ledger = reader
  }

  /** Spool offsets below stand in the ledger's topic. */
  get ledgerOffset(): number {
    return this.#ledger?.ackedOffset ?? this.ackedOffset
  }

  /** See LedgerReader. */
  hold(): (() => void) | undefined {
    return this.#ledger === undefined ? () => undefined : this.#ledger.hold()
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
        const { bytes, release } = this.#writeBatches(group)
        if (!(await appending)) {
          refuse(group)
          return
        }
        appending = this.#append(bytes, group).finally(release)
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
  #writeBatches(group: readonly Pending[]): WrittenBatches {
    const timestampMs = this.#clock.nowMs()
    const inputs = group.map(({ record }) => ({
      key: null,
      value: record.value,
      timestampMs,
      headers: [...ledgerHeaders(record.entry), ...(record.headers ?? [])],
    }))
    const written = this.#writer.write(inputs)
    for (const { record } of group) record.release?.()
    return written
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
      this.#count(record.entry)
      record.onDurable?.()
    }
    this.durableOffset = nextOffset
    for (const reader of this.#readers) reader.wake()
    for (const { resolve } of group) resolve()
  }

  #count({ dropped }: LedgerEntry): void {
    for (const [rule, count] of Object.entries(dropped))
      this.dropped.set(rule, (this.dropped.get(rule) ?? 0) + count)
  }
}

function refuse(group: readonly Pending[]): void {
  for (const { reject } of group) reject(closed())
}

function closed(): OperatingError {
  return new OperatingError('SPOOL_CLOSED', 'the agent is stopping, send again when it is back')
}
