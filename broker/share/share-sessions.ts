import type { Clock } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'

export interface SharePartitionId {
  topicId: string
  partition: number
}

/** What one member fetches, so that it need not say so each time. */
export interface ShareSession {
  readonly groupId: string
  readonly memberId: string
  /** Of the next request. */
  epoch: number
  readonly partitions: Map<string, SharePartitionId>
  usedAtMs: number
  /** It is over: whoever watches over it need not any more. */
  onEnd: () => void
}

export const sessionEpochs = { first: 0, final: -1 } as const

/** Kafka's group.share.max.share.sessions. */
const maxSessions = 2_000
/** A session that is not used for so long may go for another; its locks have ended before. */
const idleMs = 120_000

/** The sessions of members that fetch (KIP-932): each request of one says the next epoch. */
export class ShareSessions {
  readonly #clock: Clock
  /** In the order in which they were last used. */
  readonly #sessions = new Map<string, ShareSession>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Begins anew, also where there is one already. Kafka's code where there are too many. */
  open(groupId: string, memberId: string, partitions: readonly SharePartitionId[]): ShareSession | number {
    const key = keyOf(groupId, memberId)
    this.close(groupId, memberId)
    this.#makeRoom()
    if (this.#sessions.size >= maxSessions) return errorCodes.SHARE_SESSION_LIMIT_REACHED
    const byName = new Map(partitions.map(id => [nameOf(id), id]))
    const usedAtMs = this.#clock.nowMs()
    const session = { groupId, memberId, epoch: 1, partitions: byName, usedAtMs, onEnd: () => undefined }
    this.#sessions.set(key, session)
    return session
  }

  /** The session of a request that goes on with it, or ends it; Kafka's code where it cannot. */
  next(groupId: string, memberId: string, epoch: number): ShareSession | number {
    const key = keyOf(groupId, memberId)
    const session = this.#sessions.get(key)
    if (session === undefined) return errorCodes.SHARE_SESSION_NOT_FOUND
    const isFinal = epoch === sessionEpochs.final
    if (!isFinal && epoch !== session.epoch) return errorCodes.INVALID_SHARE_SESSION_EPOCH
    if (isFinal) {
      this.close(groupId, memberId)
      return session
    }
    // it is the one used last
    this.#sessions.delete(key)
    session.epoch = session.epoch === 0x7fff_ffff ? 1 : session.epoch + 1
    session.usedAtMs = this.#clock.nowMs()
    this.#sessions.set(key, session)
    return session
  }

  close(groupId: string, memberId: string): void {
    const key = keyOf(groupId, memberId)
    this.#sessions.get(key)?.onEnd()
    this.#sessions.delete(key)
  }

  has(groupId: string, memberId: string): boolean {
    return this.#sessions.has(keyOf(groupId, memberId))
  }

  #makeRoom(): void {
    for (const { groupId, memberId, usedAtMs } of this.#sessions.values()) {
      if (this.#sessions.size < maxSessions || this.#clock.nowMs() - usedAtMs < idleMs) return
      this.close(groupId, memberId)
    }
  }
}

export function addTo(session: ShareSession, partitions: readonly SharePartitionId[]): void {
  for (const id of partitions) session.partitions.set(nameOf(id), id)
}

export function removeFrom(session: ShareSession, partitions: readonly SharePartitionId[]): void {
  for (const id of partitions) session.partitions.delete(nameOf(id))
}

export function nameOf({ topicId, partition }: SharePartitionId): string {
  return `${topicId}-${partition}`
}

function keyOf(groupId: string, memberId: string): string {
  return JSON.stringify([groupId, memberId])
}
