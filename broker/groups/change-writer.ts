import type { RecordInput } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** A group that keeps in mind what of it has changed since it was last written down. */
export interface Changing<C> {
  readonly id: string
  takeChanges(): C[]
  changed(change: C): void
}

/** What of a group has changed, each thing once; a later change of the same thing comes later in the log too. */
export class ChangeSet<C> {
  #changes = new Map<string, C>()

  add(change: C): void {
    const key = JSON.stringify(change)
    this.#changes.delete(key)
    this.#changes.set(key, change)
  }

  take(): C[] {
    const changes = [...this.#changes.values()]
    this.#changes = new Map()
    return changes
  }
}

/** Writes groups down as they then are. What could not be written is written with the next change. */
export class ChangeWriter<C, G extends Changing<C>> {
  readonly #append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>
  readonly #recordsOf: (group: G, changes: readonly C[]) => RecordInput[]
  /** Ends of the last writes: who changes nothing still does not overtake them. */
  readonly #writing = new WeakMap<G, Promise<boolean>>()

  constructor(
    append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>,
    recordsOf: (group: G, changes: readonly C[]) => RecordInput[],
  ) {
    this.#append = append
    this.#recordsOf = recordsOf
  }

  /** True when everything is durable. */
  async write(group: G): Promise<boolean> {
    const changes = group.takeChanges()
    if (changes.length === 0) return (await this.#writing.get(group)) ?? true
    const writing = this.#append(group.id, this.#recordsOf(group, changes))
    this.#writing.set(group, writing)
    const isWritten = await writing
    if (!isWritten) for (const change of changes) group.changed(change)
    return isWritten
  }
}

/** What a member is told whose step could not be made durable: it takes it again. */
export function notWritten(): Refusal {
  return refuse('COORDINATOR_NOT_AVAILABLE', 'the group could not be written down')
}
