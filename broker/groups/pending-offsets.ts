import type { OffsetChange } from './offsets.ts'

type Offsets = Map<string, OffsetChange>

/**
 * Offsets that were committed within transactions which are still open: they count when their transaction commits, and
 * nobody hears of them before. By group and producer, the last one of each partition.
 */
export class PendingOffsets {
  readonly #byGroup = new Map<string, Map<number, Offsets>>()
  readonly #groups = new Map<number, Set<string>>()

  add(producerId: number, groupId: string, changes: readonly OffsetChange[]): void {
    const producers = this.#byGroup.get(groupId) ?? new Map<number, Offsets>()
    this.#byGroup.set(groupId, producers)
    const offsets = producers.get(producerId) ?? new Map<string, OffsetChange>()
    producers.set(producerId, offsets)
    for (const change of changes) offsets.set(keyOf(change.topic, change.partition), change)
    const groups = this.#groups.get(producerId) ?? new Set()
    this.#groups.set(producerId, groups.add(groupId))
  }

  /** The transaction ends: what it committed to the groups that `isMeant` names is no longer pending. */
  take(
    producerId: number,
    isMeant: (groupId: string) => boolean,
  ): { groupId: string; changes: OffsetChange[] }[] {
    const groups = [...(this.#groups.get(producerId) ?? [])].filter(isMeant)
    return groups.map(groupId => {
      const changes = [...(this.#byGroup.get(groupId)?.get(producerId)?.values() ?? [])]
      this.#forget(producerId, groupId)
      return { groupId, changes }
    })
  }

  hasAny(groupId: string): boolean {
    return this.#byGroup.has(groupId)
  }

  has(groupId: string, topic: string, partition: number): boolean {
    const key = keyOf(topic, partition)
    for (const offsets of this.#byGroup.get(groupId)?.values() ?? []) if (offsets.has(key)) return true
    return false
  }

  /** Partitions of which a transaction commits offsets of the group; one may be named more than once. */
  partitions(groupId: string): { topic: string; partition: number }[] {
    const producers = [...(this.#byGroup.get(groupId)?.values() ?? [])]
    return producers.flatMap(offsets => [...offsets.values()])
  }

  /** The group's offset of a partition was deleted; that goes for pending ones too. */
  delete(groupId: string, topic: string, partition: number): void {
    for (const [producerId, offsets] of [...(this.#byGroup.get(groupId) ?? [])]) {
      offsets.delete(keyOf(topic, partition))
      if (offsets.size === 0) this.#forget(producerId, groupId)
    }
  }

  #forget(producerId: number, groupId: string): void {
    const producers = this.#byGroup.get(groupId)
    producers?.delete(producerId)
    if (producers?.size === 0) this.#byGroup.delete(groupId)
    const groups = this.#groups.get(producerId)
    groups?.delete(groupId)
    if (groups?.size === 0) this.#groups.delete(producerId)
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}

/** Changes with where their records stand, which begin at `baseOffset`. */
export function placed(changes: readonly OffsetChange[], baseOffset: number): OffsetChange[] {
  return changes.map(({ topic, partition, committed }, i) => ({
    topic,
    partition,
    committed: committed && { ...committed, recordOffset: baseOffset + i },
  }))
}
