import { errorCodes } from '../../lib/kafka/index.ts'
import { FetchSession } from './fetch-session.ts'
import { FullFetch, IncrementalFetch, PlainFetch } from './session-fetches.ts'
import type { FetchRequest, SessionFetch } from './types.ts'

export interface FetchSessionsOptions {
  /** By a clock that only goes forward. */
  nowMs: () => number
  /** A random number from 1 to 2³¹ − 1. */
  newId: () => number
  maxSessions?: number
  maxPartitions?: number
}

/** Who asks: what a session has said holds for one viewer, and for requests that name topics the same way. */
export interface FetchViewer {
  usesTopicIds: boolean
  /** Asked only where there is a session. */
  viewer: () => string
}

/** Kafka's max.incremental.fetch.session.cache.slots. */
const defaultMaxSessions = 1_000
/** Of all sessions together; Kafka has no such bound. */
const defaultMaxPartitions = 1_000_000
/** A session that is not used for longer may go for any other; one that has been used for longer, for a larger one. */
const evictionMs = 120_000
const epochs = { initial: 0, final: -1 } as const
const maxEpoch = 0x7fff_ffff

/** The fetch sessions of all consumers (KIP-227). */
export class FetchSessions {
  readonly #nowMs: () => number
  readonly #newId: () => number
  readonly #maxSessions: number
  readonly #maxPartitions: number
  /** In the order in which they were last used. */
  readonly #sessions = new Map<number, FetchSession>()
  #evicted = 0

  constructor(options: FetchSessionsOptions) {
    this.#nowMs = options.nowMs
    this.#newId = options.newId
    this.#maxSessions = options.maxSessions ?? defaultMaxSessions
    this.#maxPartitions = options.maxPartitions ?? defaultMaxPartitions
  }

  get size(): number {
    return this.#sessions.size
  }
  /** Partitions in all sessions. */
  get partitions(): number {
    let count = 0
    for (const session of this.#sessions.values()) count += session.size
    return count
  }
  /** Sessions that have gone for others. */
  get evicted(): number {
    return this.#evicted
  }

  /** The request as its session has it; Kafka's code where that is not there, or the request does not fit it. */
  begin(request: FetchRequest, by: FetchViewer): SessionFetch | number {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch !== epochs.initial && sessionEpoch !== epochs.final) return this.#goOn(request, by)
    this.#remove(this.#sessions.get(sessionId))
    if (sessionEpoch === epochs.final) return new PlainFetch(request)
    return new FullFetch(request, size => this.#create(size, by))
  }

  #goOn(request: FetchRequest, { usesTopicIds, viewer }: FetchViewer): SessionFetch | number {
    const session = this.#sessions.get(request.sessionId)
    if (session === undefined) return errorCodes.FETCH_SESSION_ID_NOT_FOUND
    if (session.epoch !== request.sessionEpoch) return errorCodes.INVALID_FETCH_SESSION_EPOCH
    if (session.usesTopicIds !== usesTopicIds) return errorCodes.FETCH_SESSION_TOPIC_ID_ERROR
    const before = session.size
    session.update(request)
    if (session.size === 0) {
      this.#remove(session)
      return new PlainFetch(request)
    }
    if (session.size > before && this.partitions > this.#maxPartitions) {
      this.#evict(session)
      return errorCodes.FETCH_SESSION_ID_NOT_FOUND
    }
    session.viewedBy(viewer())
    session.epoch = session.epoch === maxEpoch ? 1 : session.epoch + 1
    this.#touch(session)
    return new IncrementalFetch(session, request)
  }

  /** Undefined where there is no room for one of so many partitions. */
  #create(size: number, { usesTopicIds, viewer }: FetchViewer): FetchSession | undefined {
    if (this.partitions + size > this.#maxPartitions || !this.#makeRoom(size)) return undefined
    let id = this.#newId()
    while (this.#sessions.has(id)) id = this.#newId()
    const session = new FetchSession({ id, usesTopicIds, nowMs: this.#nowMs() })
    session.viewedBy(viewer())
    this.#sessions.set(id, session)
    return session
  }

  /** As Kafka: for the one unused for longest, where that is long; else for the smallest that is not young, if smaller. */
  #makeRoom(size: number): boolean {
    if (this.#sessions.size < this.#maxSessions) return true
    const [oldest] = this.#sessions.values()
    if (oldest !== undefined && this.#nowMs() - oldest.usedAtMs > evictionMs) return this.#evict(oldest)
    const smallest = this.#smallest()
    return smallest !== undefined && smallest.size < size && this.#evict(smallest)
  }

  #smallest(): FetchSession | undefined {
    let smallest: FetchSession | undefined
    for (const session of this.#sessions.values()) {
      if (session.usedAtMs - session.createdAtMs <= evictionMs) continue
      if (smallest === undefined || session.size < smallest.size) smallest = session
    }
    return smallest
  }

  #touch(session: FetchSession): void {
    session.usedAtMs = this.#nowMs()
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
  }

  #evict(session: FetchSession): true {
    this.#evicted++
    this.#remove(session)
    return true
  }

  #remove(session: FetchSession | undefined): void {
    if (session === undefined) return
    this.#sessions.delete(session.id)
    session.close()
  }
}
