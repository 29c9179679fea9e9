import { errorCodes } from '../../lib/kafka/index.ts'
import { isolationLevels, visibleEnd } from '../partitions/isolation.ts'
import type { Waiter } from '../partitions/waiters.ts'
import type { AnsweredPartition, AskedPartition, Source } from './types.ts'

/** Never the offset of an answer, so that whatever is answered is new. */
const notSaid = -1

/** Who is told when a partition of a session changes. */
export interface PartitionListener {
  onChange(partition: SessionPartition, bytes: number, stableBytes: number): void
  onGone(partition: SessionPartition): void
}

/** A topic as the session's requests name it. */
export interface TopicName {
  topic: string
  topicId: string
}

/** One partition of a session: what was asked for last, and what was answered (Kafka's CachedPartition). */
export class SessionPartition implements Waiter {
  readonly name: TopicName
  asked: AskedPartition
  /** Partitions are looked at in the order of their turns. */
  turn: number
  readonly #listener: PartitionListener
  #source: Source | undefined
  #highWatermark = notSaid
  #logStartOffset = notSaid
  #wasThere = false
  #isOver = false

  constructor(name: TopicName, asked: AskedPartition, turn: number, listener: PartitionListener) {
    this.name = name
    this.asked = asked
    this.turn = turn
    this.#listener = listener
  }

  get isWatched(): boolean {
    return this.#source !== undefined
  }

  /** Where it is now; undefined where it is not there. */
  watch(source: Source | undefined): void {
    const next = this.#isOver || source?.waiters.haveEnded ? undefined : source
    if (source !== undefined) this.#wasThere = true
    if (next === this.#source) return
    this.#source?.waiters.remove(this)
    this.#source = next
    next?.waiters.add(this)
  }

  /** It is in no session any more. A request that began before may still look at it. */
  end(): void {
    this.watch(undefined)
    this.#isOver = true
  }

  onGrowth(bytes: number, stableBytes: number): void {
    this.#listener.onChange(this, bytes, stableBytes)
  }

  onGone(): void {
    this.#source = undefined
    this.#listener.onGone(this)
  }

  /** Whether an answer says something that the client does not know yet; from now on it does. */
  take(answer: AnsweredPartition): boolean {
    const { errorCode, highWatermark, logStartOffset = notSaid, records } = answer
    const isNew =
      errorCode !== errorCodes.NONE ||
      (records?.length ?? 0) > 0 ||
      highWatermark !== this.#highWatermark ||
      logStartOffset !== this.#logStartOffset
    // said again when the error is over
    this.#highWatermark = errorCode === errorCodes.NONE ? highWatermark : notSaid
    this.#logStartOffset = logStartOffset
    return isNew
  }

  /** Kafka remembers the name of a topic that it has found by its id. */
  renamed(answer: AnsweredPartition): AnsweredPartition {
    return this.#wasThere && answer.errorCode === errorCodes.UNKNOWN_TOPIC_ID
      ? { ...answer, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION }
      : answer
  }

  /** Whether there is nothing to say until it changes: no records, no error, nothing the client does not know. */
  isSettled(isolationLevel: number): boolean {
    if (this.#source === undefined) return false
    const { log } = this.#source
    const end = visibleEnd(this.#source, isolationLevel === isolationLevels.readCommitted)
    const { fetchOffset } = this.asked
    const isAtEnd = fetchOffset >= end && fetchOffset <= log.stableOffset && fetchOffset >= log.startOffset
    return isAtEnd && this.#highWatermark === log.stableOffset && this.#logStartOffset === log.startOffset
  }
}
