import type { Deadline } from '../deadlines.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'
import { GroupOffsets } from './offsets.ts'
import type { ShareGroup } from './share/share-group.ts'

/** A group of any protocol. Its `type` says which. */
export type Group = ClassicGroup | ConsumerGroup | ShareGroup

/** One group as the coordinator keeps it. It may become one of the other protocol; its offsets stay. */
export interface GroupEntry {
  group: Group
  readonly offsets: GroupOffsets
  timer: Deadline | undefined
  /** When the timer runs. */
  timerAtMs: number
}

export function groupEntry(group: Group): GroupEntry {
  return { group, offsets: new GroupOffsets(), timer: undefined, timerAtMs: Number.POSITIVE_INFINITY }
}

/** Nobody is in it, nothing is committed, and nobody is about to join. A share group keeps its place until it is deleted. */
export function isForgettable({ group, offsets }: GroupEntry): boolean {
  if (group.type === 'share') return false
  if (group.state !== 'Empty' || !offsets.isEmpty) return false
  return group.type === 'consumer' || group.pending.size === 0
}

/** Runs when the group's next deadline comes; one timer per group. */
export function armTimer(
  entry: GroupEntry,
  atMs: number,
  nowMs: number,
  after: (delayMs: number, run: () => void) => Deadline,
  run: () => void,
): void {
  entry.timer?.cancel()
  entry.timerAtMs = atMs
  entry.timer = Number.isFinite(atMs) ? after(Math.max(0, atMs - nowMs), run) : undefined
}
