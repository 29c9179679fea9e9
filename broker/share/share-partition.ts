import { errorCodes } from '../../lib/kafka/index.ts'
import { type Acknowledgement, acknowledgeTypes, rangesOf } from './acknowledgement.ts'
import { isDone, RecordRuns, type Run, type RunState, unlockedState } from './record-runs.ts'

/** Offsets of one record batch in the log, or of a part of one. */
export interface OffsetRange {
  first: number
  last: number
}

export interface Acquired extends OffsetRange {
  deliveryCount: number
}

/** What was read of the log: the batches there are from an offset on, in order. */
export interface ReadRecords {
  from: number
  batches: readonly OffsetRange[]
}

export interface ShareLimits {
  /** Records handed out so often are not handed out again (Kafka's group.share.delivery.count.limit). */
  deliveryCount: number
  /** Records between the start and the last one handed out that are not done (group.share.partition.max.record.locks). */
  inFlight: number
  lockMs: number
}

export interface AcquireRequest {
  memberId: string
  /** As many as there are until then; whole batches, so it may be some more. */
  maxRecords: number
  /** Batches are joined to so many records for one acknowledgement. */
  batchSize: number
  /** No more than `maxRecords`, also where that splits a batch (KIP-1206). */
  isStrict: boolean
}

/** What is written down of it. */
export interface ShareSnapshot {
  startOffset: number
  runs: { first: number; last: number; state: Run['state']; deliveryCount: number }[]
}

/**
 * How far a share group has come with one partition (KIP-932): which records are handed out to whom, which are done. A
 * state machine without I/O. Below the start everything is done, past the end nothing has been handed out yet.
 *
 *   available → acquired → acknowledged, archived (rejected, or handed out too often) or available again
 */
export class SharePartition {
  /** Grows with every change that must be written down; handing out need not be. */
  version = 0
  readonly #runs: RecordRuns

  constructor(snapshot: ShareSnapshot) {
    this.#runs = new RecordRuns(snapshot.startOffset)
    for (const { first, last, state, deliveryCount } of snapshot.runs)
      this.#runs.set(first, last, unlockedState(state, deliveryCount))
  }

  get startOffset(): number {
    return this.#runs.start
  }

  /** The first record that can be handed out. */
  get nextOffset(): number {
    return this.#runs.all().find(({ state }) => state === 'available')?.first ?? this.#runs.end
  }

  /** Records past the start that are done. */
  get doneCount(): number {
    return this.#count(isDone)
  }

  /** Whether a member may get something that lies below `end`. */
  canAcquire(end: number, limits: ShareLimits): boolean {
    const next = this.nextOffset
    return next < end && (next < this.#runs.end || this.#room(limits) > 0)
  }

  /**
   * Hands out of what has been read what nobody has. What is missing between the batches is not there any more, and
   * done; of what lies below, which may have become available since, nothing is known.
   */
  acquire(
    { from, batches }: ReadRecords,
    { memberId, maxRecords, batchSize, isStrict }: AcquireRequest,
    limits: ShareLimits,
    nowMs: number,
  ): Acquired[] {
    const acquired: Acquired[] = []
    let left = maxRecords
    let missingFrom = from
    for (const batch of batches) {
      this.archive({ first: missingFrom, last: batch.first - 1 })
      missingFrom = Math.max(missingFrom, batch.last + 1)
      for (const piece of this.#free(batch, limits)) {
        if (left <= 0) return acquired
        const last = isStrict ? Math.min(piece.last, piece.first + left - 1) : piece.last
        const deliveryCount = piece.deliveryCount + 1
        const lockedUntilMs = nowMs + limits.lockMs
        this.#runs.set(piece.first, last, { state: 'acquired', deliveryCount, memberId, lockedUntilMs })
        append(acquired, { first: piece.first, last, deliveryCount }, batchSize)
        left -= last - piece.first + 1
      }
    }
    return acquired
  }

  /** What is not to be handed out to anybody is done with. */
  archive({ first, last }: OffsetRange): void {
    for (const run of this.#free({ first, last }))
      this.#runs.set(run.first, run.last, unlockedState('archived', run.deliveryCount))
    this.#advance()
  }

  /** All of it or nothing: Kafka's code where some of the records are not the member's or not handed out. */
  acknowledge(
    memberId: string,
    acknowledgements: readonly Acknowledgement[],
    limits: ShareLimits,
    nowMs: number,
  ): number {
    for (const { firstOffset, lastOffset } of acknowledgements) {
      if (lastOffset >= this.#runs.end) return errorCodes.INVALID_REQUEST
      if (!this.#holds(memberId, Math.max(firstOffset, this.startOffset), lastOffset))
        return errorCodes.INVALID_RECORD_STATE
    }
    for (const { first, last, type } of rangesOf(acknowledgements))
      for (const run of [...this.#runs.within(Math.max(first, this.startOffset), last)])
        this.#runs.set(run.first, run.last, acknowledged(run, type, limits, nowMs))
    this.version++
    this.#advance()
    return errorCodes.NONE
  }

  /** Takes back what a member that is gone has acquired. */
  release(memberId: string, limits: ShareLimits): boolean {
    return this.#takeBack(run => run.memberId === memberId, limits)
  }

  /** Takes back what has been acquired for too long. */
  expire(nowMs: number, limits: ShareLimits): boolean {
    return this.#takeBack(run => run.lockedUntilMs <= nowMs, limits)
  }

  /** The log begins later now. */
  moveStart(offset: number): void {
    if (offset <= this.startOffset) return
    this.#runs.moveStart(offset)
    this.version++
    this.#advance()
  }

  /** When something is taken back. */
  get nextDeadlineMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { lockedUntilMs } of this.#runs.all()) next = Math.min(next, lockedUntilMs)
    return next
  }

  /** What is acquired is written as if it had not been: whoever reads it does not know the members. */
  snapshot(): ShareSnapshot {
    const runs = this.#runs.all().map(({ first, last, state, deliveryCount }) => ({
      first,
      last,
      state: state === 'acquired' ? ('available' as const) : state,
      deliveryCount: state === 'acquired' ? deliveryCount - 1 : deliveryCount,
    }))
    // what follows the last run is available too
    while (runs.at(-1)?.state === 'available' && runs.at(-1)?.deliveryCount === 0) runs.pop()
    return { startOffset: this.startOffset, runs }
  }

  /** What of a range nobody has, as far as there is room for records that were never handed out. */
  *#free(
    { first, last }: OffsetRange,
    limits?: ShareLimits,
  ): Iterable<{ deliveryCount: number } & OffsetRange> {
    const from = Math.max(first, this.startOffset)
    const { end } = this.#runs
    for (const run of [...this.#runs.within(from, last)]) if (run.state === 'available') yield run
    if (last >= end && (limits === undefined || this.#room(limits) > 0))
      yield { first: Math.max(from, end), last, deliveryCount: 0 }
  }

  #room(limits: ShareLimits): number {
    return limits.inFlight - this.#count(run => !isDone(run))
  }

  #holds(memberId: string, first: number, last: number): boolean {
    for (const run of this.#runs.within(first, last))
      if (run.state !== 'acquired' || run.memberId !== memberId) return false
    return true
  }

  #takeBack(isDue: (run: Run) => boolean, limits: ShareLimits): boolean {
    const due = this.#runs.all().filter(run => run.state === 'acquired' && isDue(run))
    for (const run of due) this.#runs.set(run.first, run.last, returned(run, limits))
    if (due.length === 0) return false
    this.version++
    this.#advance()
    return true
  }

  /** The start moves past everything that is done. */
  #advance(): void {
    const first = this.#runs.all().find(run => !isDone(run))
    this.#runs.moveStart(first?.first ?? this.#runs.end)
  }

  #count(isCounted: (run: Run) => boolean): number {
    return this.#runs.all().reduce((sum, run) => sum + (isCounted(run) ? run.last - run.first + 1 : 0), 0)
  }
}

function acknowledged(run: Run, type: number, limits: ShareLimits, nowMs: number): RunState {
  switch (type) {
    case acknowledgeTypes.accept:
      return unlockedState('acknowledged', run.deliveryCount)
    case acknowledgeTypes.release:
      return returned(run, limits)
    case acknowledgeTypes.renew: {
      const { state, deliveryCount, memberId } = run
      return { state, deliveryCount, memberId, lockedUntilMs: nowMs + limits.lockMs }
    }
    default:
      return unlockedState('archived', run.deliveryCount)
  }
}

/** Available again, unless it has been handed out too often. */
function returned({ deliveryCount }: Run, limits: ShareLimits): RunState {
  return unlockedState(deliveryCount >= limits.deliveryCount ? 'archived' : 'available', deliveryCount)
}

/** Ranges that follow each other are one, up to the size that clients acknowledge at once. */
function append(acquired: Acquired[], next: Acquired, batchSize: number): void {
  const previous = acquired.at(-1)
  const fits =
    previous !== undefined &&
    previous.last + 1 === next.first &&
    previous.deliveryCount === next.deliveryCount &&
    previous.last - previous.first + 1 < batchSize
  if (fits) previous.last = next.last
  else acquired.push(next)
}
