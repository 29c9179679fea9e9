import { Turns } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import type { Deadline, Deadlines } from '../deadlines.ts'
import { Waiters } from '../partitions/waiters.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import {
  type Acquired,
  type AcquireRequest,
  type OffsetRange,
  type ReadRecords,
  type ShareLimits,
  SharePartition,
  type ShareSnapshot,
} from './share-partition.ts'

export interface LiveSharePartitionOptions {
  snapshot: ShareSnapshot
  deadlines: Pick<Deadlines, 'after'>
  nowMs: () => number
  /** They may change while it lives. */
  limits: () => ShareLimits
  /** False where it could not be made durable. */
  write: (snapshot: ShareSnapshot) => Promise<boolean>
}

/**
 * The shell around a share partition: writes it down before an acknowledgement is answered, takes records back when their
 * time is up, and wakes fetches that wait for records to become available.
 */
export class LiveSharePartition {
  readonly waiters = new Waiters()
  readonly #options: LiveSharePartitionOptions
  readonly #state: SharePartition
  #durableVersion = 0
  #writing: Promise<boolean> | undefined
  #timer: Deadline | undefined
  #timerAtMs = Number.POSITIVE_INFINITY
  #isClosed = false
  /** Fetches follow each other: each begins from what the last one left. */
  readonly #turns = new Turns()

  constructor(options: LiveSharePartitionOptions) {
    this.#options = options
    this.#state = new SharePartition(options.snapshot)
  }

  get nextOffset(): number {
    return this.#state.nextOffset
  }
  get startOffset(): number {
    return this.#state.startOffset
  }
  get doneCount(): number {
    return this.#state.doneCount
  }

  inTurn<T>(fetch: () => Promise<T>): Promise<T> {
    return this.#turns.take(fetch)
  }

  canAcquire(end: number): boolean {
    return !this.#isClosed && this.#state.canAcquire(end, this.#options.limits())
  }

  acquire(read: ReadRecords, request: AcquireRequest): Acquired[] {
    const { limits, nowMs } = this.#options
    const acquired = this.#state.acquire(read, request, limits(), nowMs())
    this.#arm()
    return acquired
  }

  archive(range: OffsetRange): void {
    this.#state.archive(range)
  }

  moveStart(offset: number): void {
    this.#state.moveStart(offset)
  }

  /** Durable before it is answered. Kafka's code is the result. */
  async acknowledge(memberId: string, acknowledgements: readonly Acknowledgement[]): Promise<number> {
    const { limits, nowMs } = this.#options
    const errorCode = this.#state.acknowledge(memberId, acknowledgements, limits(), nowMs())
    if (errorCode !== 0) return errorCode
    this.#changed()
    return (await this.persist()) ? errorCodes.NONE : errorCodes.KAFKA_STORAGE_ERROR
  }

  /** Takes back what a member that is gone has acquired. */
  async release(memberId: string): Promise<void> {
    if (!this.#state.release(memberId, this.#options.limits())) return
    this.#changed()
    await this.persist()
  }

  /** Everything that has changed so far is durable; what changes meanwhile goes with the next write. */
  async persist(): Promise<boolean> {
    const wanted = this.#state.version
    while (this.#durableVersion < wanted && !this.#isClosed) {
      this.#writing ??= this.#write()
      if (!(await this.#writing)) return false
    }
    return !this.#isClosed
  }

  /** Its place is forgotten or set anew: nothing of it is written any more. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.waiters.gone()
  }

  async #write(): Promise<boolean> {
    const { version } = this.#state
    try {
      const isWritten = await this.#options.write(this.#state.snapshot())
      if (isWritten) this.#durableVersion = version
      return isWritten
    } finally {
      this.#writing = undefined
    }
  }

  #changed(): void {
    this.#arm()
    // whoever waits looks for itself what there is, however much it waits for
    this.waiters.grew(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  }

  #arm(): void {
    const { deadlines, nowMs } = this.#options
    const atMs = this.#state.nextDeadlineMs
    // one put off is found when the timer runs
    if (this.#isClosed || atMs >= this.#timerAtMs) return
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    this.#timer = deadlines.after(Math.max(0, atMs - nowMs()), () => this.#onTimer())
  }

  #onTimer(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY
    if (this.#state.expire(this.#options.nowMs(), this.#options.limits())) {
      this.#changed()
      void this.persist()
    } else this.#arm()
  }
}
