import type { Deadline } from '../deadlines.ts'
import type { ClassicGroup } from './classic-group.ts'
import { GroupOffsets } from './offsets.ts'

/** One group as the coordinator keeps it. */
export interface GroupEntry {
  group: ClassicGroup
  readonly offsets: GroupOffsets
  timer: Deadline | undefined
}

export function groupEntry(group: ClassicGroup): GroupEntry {
  return { group, offsets: new GroupOffsets(), timer: undefined }
}

/** Nobody is in it, nothing is committed, and nobody is about to join. */
export function isForgettable({ group, offsets }: GroupEntry): boolean {
  return group.state === 'Empty' && offsets.isEmpty && group.pending.size === 0
}
