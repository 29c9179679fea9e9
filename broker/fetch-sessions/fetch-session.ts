import { Waiters, type Watched } from '../partitions/waiters.ts'
import { type PartitionListener, SessionPartition, type TopicName } from './session-partition.ts'
import type { AskedPartition, AskedTopic, FetchRequest } from './types.ts'

export interface FetchSessionOptions {
  id: number
  /** Whether its requests name topics by id (from version 13 on, KIP-516). */
  usesTopicIds: boolean
  nowMs: number
}

/**
 * What one consumer fetches, so that it need not say so each time, and what it was answered (KIP-227). Watches its
 * partitions between requests too: a request looks only at those that are open, which have changed since they were
 * answered or had more to say. So it costs nothing for partitions where nothing happens, however many there are.
 */
export class FetchSession implements Watched, PartitionListener {
  readonly id: number
  readonly usesTopicIds: boolean
  readonly createdAtMs: number
  usedAtMs: number
  /** Of the next request. */
  epoch = 1
  /** Those who wait for any of its partitions to grow. */
  readonly waiters = new Waiters()
  readonly #topics = new Map<string, Map<number, SessionPartition>>()
  readonly #open = new Set<SessionPartition>()
  #size = 0
  #turns = 0
  #viewer = ''

  constructor({ id, usesTopicIds, nowMs }: FetchSessionOptions) {
    this.id = id
    this.usesTopicIds = usesTopicIds
    this.createdAtMs = nowMs
    this.usedAtMs = nowMs
  }

  /** Partitions in it. */
  get size(): number {
    return this.#size
  }

  /** Takes over what a request adds, changes and forgets. */
  update({ topics, forgottenTopicsData }: Pick<FetchRequest, 'topics' | 'forgottenTopicsData'>): void {
    for (const topic of topics) for (const asked of topic.partitions) this.set(topic, asked)
    for (const topic of forgottenTopicsData)
      for (const index of topic.partitions) this.#forget(this.#keyOf(topic), index)
  }

  set({ topic, topicId }: TopicName, asked: AskedPartition): SessionPartition {
    const key = this.#keyOf({ topic, topicId })
    const ofTopic = this.#topics.get(key) ?? new Map<number, SessionPartition>()
    this.#topics.set(key, ofTopic)
    let partition = ofTopic.get(asked.partition)
    if (partition === undefined) {
      partition = new SessionPartition({ topic, topicId }, asked, this.#turns++, this)
      ofTopic.set(asked.partition, partition)
      this.#size++
    }
    partition.asked = asked
    this.#open.add(partition)
    return partition
  }

  /** For whom it is answered: what it has said before does not hold for another one. */
  viewedBy(viewer: string): void {
    if (viewer === this.#viewer) return
    this.#viewer = viewer
    for (const ofTopic of this.#topics.values())
      for (const partition of ofTopic.values()) this.#open.add(partition)
  }

  /** Partitions that may have something to say, by their turns. */
  open(): SessionPartition[] {
    return [...this.#open].sort((a, b) => a.turn - b.turn)
  }

  /** It has been given records: the others come first the next time. */
  putLast(partition: SessionPartition): void {
    partition.turn = this.#turns++
  }

  /** It has been answered, and is left alone until it changes unless there is more to say. */
  settle(partition: SessionPartition, isolationLevel: number): void {
    if (partition.isSettled(isolationLevel)) this.#open.delete(partition)
  }

  onChange(partition: SessionPartition, bytes: number, stableBytes: number): void {
    this.#open.add(partition)
    if (this.waiters.size > 0) this.waiters.grew(bytes, stableBytes)
    // the next request looks at it anyway: a session that nobody goes on with costs its partitions nothing
    else partition.watch(undefined)
  }

  onGone(partition: SessionPartition): void {
    this.#open.add(partition)
    this.waiters.gone()
  }

  /** Watches nothing any more; whoever waits is answered with what there is. */
  close(): void {
    for (const ofTopic of this.#topics.values()) for (const partition of ofTopic.values()) partition.end()
    this.waiters.gone()
  }

  #forget(key: string, index: number): void {
    const ofTopic = this.#topics.get(key)
    const partition = ofTopic?.get(index)
    if (ofTopic === undefined || partition === undefined) return
    partition.end()
    ofTopic.delete(index)
    if (ofTopic.size === 0) this.#topics.delete(key)
    this.#open.delete(partition)
    this.#size--
  }

  #keyOf({ topic, topicId }: TopicName): string {
    return this.usesTopicIds ? topicId : topic
  }
}

/** Partitions as a request names them: those of a topic together where they follow each other, as in Kafka. */
export function topicsOf(partitions: readonly SessionPartition[]): AskedTopic[] {
  const topics: AskedTopic[] = []
  let last: TopicName | undefined
  for (const { name, asked } of partitions) {
    if (last === undefined || last.topic !== name.topic || last.topicId !== name.topicId)
      topics.push({ ...name, partitions: [] })
    topics.at(-1)?.partitions.push(asked)
    last = name
  }
  return topics
}
