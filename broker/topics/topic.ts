import type { Partition } from '../partitions/partition.ts'
import type { TopicSettings } from '../partitions/settings.ts'
import type { TopicRecord } from './metadata-store.ts'
import { Traffic } from './traffic.ts'

/** Partitions closed at the same time: each waits for syncs of its own. */
const closingAtOnce = 16

/** One topic; its partitions are opened when first used. */
export class Topic {
  /** Open partitions share it: a change counts for all of them at once. */
  readonly settings: TopicSettings
  readonly traffic = new Traffic()
  #record: TopicRecord
  readonly #open: (topic: Topic, index: number) => Promise<Partition>
  readonly #partitions: (Promise<Partition> | undefined)[] = []
  readonly #opened: (Partition | undefined)[] = []

  constructor(
    record: TopicRecord,
    settings: TopicSettings,
    open: (topic: Topic, index: number) => Promise<Partition>,
  ) {
    this.#record = record
    this.settings = settings
    this.#open = open
  }

  get record(): TopicRecord {
    return this.#record
  }

  get name(): string {
    return this.record.name
  }
  get id(): string {
    return this.record.id
  }
  get partitionCount(): number {
    return this.record.partitions
  }

  /** Of the partitions that are open. */
  get sizeBytes(): number {
    return this.#opened.reduce((sum, partition) => sum + (partition?.log.sizeBytes ?? 0), 0)
  }

  /** Of the partitions that are open: written, but not surely on disk yet. */
  get unsyncedBytes(): number {
    return this.#opened.reduce((sum, partition) => sum + (partition?.log.unsyncedBytes ?? 0), 0)
  }

  hasPartition(index: number): boolean {
    return index >= 0 && index < this.record.partitions
  }

  /** The partition where it is open already: hot paths spare themselves a promise. */
  opened(index: number): Partition | undefined {
    return this.#opened[index]
  }

  /** Rejects where its log cannot be opened; the next call tries again. */
  partition(index: number): Promise<Partition> {
    const known = this.#partitions[index]
    if (known !== undefined) return known
    const opening = this.#open(this, index)
    this.#partitions[index] = opening
    opening.then(
      partition => {
        this.#opened[index] = partition
        // they may have changed while it was being opened
        partition.onSettings()
      },
      () => {
        this.#partitions[index] = undefined
      },
    )
    return opening
  }

  /** Takes over what has been made durable: more partitions, other configurations. */
  become(record: TopicRecord, settings: TopicSettings): void {
    this.#record = record
    Object.assign(this.settings, settings)
    for (const partition of this.#opened) partition?.onSettings()
  }

  /** Answers all that waits for the topic to grow. */
  endWaiting(): void {
    for (const partition of this.#opened) partition?.waiters.gone()
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#partitions.filter(p => p !== undefined))
    const waiting = opened.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    const closeNext = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.close()
    }
    await Promise.all(Array.from({ length: closingAtOnce }, closeNext))
    this.#opened.length = 0
  }
}
