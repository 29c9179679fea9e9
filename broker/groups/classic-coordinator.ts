import type { Logger } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { ClassicGroup } from './classic-group.ts'
import { armTimer, type GroupEntry } from './group-entry.ts'
import { groupRecord } from './group-records.ts'
import { type JoinRequest, join } from './joining.ts'
import type { Effect, JoinOutcome, SyncOutcome } from './outcomes.ts'
import { type SyncRequest, stored, sync } from './syncing.ts'

export interface ClassicSurroundings {
  logger: Logger
  deadlines: Pick<Deadlines, 'after'>
  nowMs: () => number
  /** False where the records could not be made durable. */
  append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>
  /** Nothing of the group is worth keeping: it was never joined. */
  onUnused: (entry: GroupEntry) => void
}

/**
 * The shell around classic groups: it parks requests, arms timers, and writes what groups ask to be written before it
 * answers.
 */
export class ClassicCoordinator {
  readonly #around: ClassicSurroundings
  #nextToken = 1
  readonly #joins = new Map<number, (outcome: JoinOutcome) => void>()
  readonly #syncs = new Map<number, (outcome: SyncOutcome) => void>()

  constructor(around: ClassicSurroundings) {
    this.#around = around
  }

  join(entry: GroupEntry, group: ClassicGroup, request: JoinRequest): Promise<JoinOutcome> {
    return new Promise(resolve => {
      const token = this.#nextToken++
      this.#joins.set(token, resolve)
      join(group, request, token, this.#around.nowMs())
      this.settle(entry, group)
    })
  }

  sync(entry: GroupEntry, group: ClassicGroup, request: SyncRequest): Promise<SyncOutcome> {
    return new Promise(resolve => {
      const token = this.#nextToken++
      this.#syncs.set(token, resolve)
      sync(group, request, token, this.#around.nowMs())
      this.settle(entry, group)
    })
  }

  /** Lets an operation change the group, then carries out what follows from it. */
  change<T>(entry: GroupEntry, group: ClassicGroup, operation: (group: ClassicGroup, nowMs: number) => T): T {
    const result = operation(group, this.#around.nowMs())
    this.settle(entry, group)
    return result
  }

  /** Carries out the effects of an operation and arms the group's timer. */
  settle(entry: GroupEntry, group: ClassicGroup): void {
    for (const effect of group.takeEffects()) this.#carryOut(entry, group, effect)
    // it may have become a group of the other protocol
    if (entry.group !== group) return
    const { deadlines, nowMs, onUnused } = this.#around
    armTimer(
      entry,
      group.nextDeadlineMs,
      nowMs(),
      (delayMs, run) => deadlines.after(delayMs, run),
      () => this.change(entry, group, (g, now) => g.tick(now)),
    )
    if (group.generation === 0) onUnused(entry)
  }

  #carryOut(entry: GroupEntry, group: ClassicGroup, effect: Effect): void {
    if (effect.type === 'join') {
      this.#joins.get(effect.token)?.(effect.outcome)
      this.#joins.delete(effect.token)
    } else if (effect.type === 'sync') {
      this.#syncs.get(effect.token)?.(effect.outcome)
      this.#syncs.delete(effect.token)
    } else void this.#store(entry, group, effect.generation)
  }

  async #store(entry: GroupEntry, group: ClassicGroup, generation: number): Promise<void> {
    const { logger, append, nowMs } = this.#around
    const isWritten = await append(group.id, [groupRecord(group, nowMs())])
    if (!isWritten) logger.error('a group could not be written down', { group: group.id })
    this.change(entry, group, (g, now) => stored(g, generation, isWritten, now))
  }
}
