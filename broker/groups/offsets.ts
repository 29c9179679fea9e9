export interface CommittedOffset {
  offset: number
  leaderEpoch: number
  metadata: string
  committedAtMs: number
  /** Where it stands in the log: what a transaction commits does not replace what was written later. */
  recordOffset?: number
}

export interface OffsetChange {
  topic: string
  partition: number
  /** Null forgets. */
  committed: CommittedOffset | null
}

/** How far one group has read: the last commit of each partition. */
export class GroupOffsets {
  readonly #byTopic = new Map<string, Map<number, CommittedOffset>>()

  get isEmpty(): boolean {
    return this.#byTopic.size === 0
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#byTopic.get(topic)?.get(partition)
  }

  set(topic: string, partition: number, committed: CommittedOffset): void {
    const partitions = this.#byTopic.get(topic)
    if (partitions === undefined) this.#byTopic.set(topic, new Map([[partition, committed]]))
    else partitions.set(partition, committed)
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#byTopic.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#byTopic.delete(topic)
  }

  topics(): string[] {
    return [...this.#byTopic.keys()]
  }

  partitions(topic: string): number[] {
    return [...(this.#byTopic.get(topic)?.keys() ?? [])]
  }

  *all(): Iterable<{ topic: string; partition: number; committed: CommittedOffset }> {
    for (const [topic, partitions] of this.#byTopic)
      for (const [partition, committed] of partitions) yield { topic, partition, committed }
  }
}
