import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, type Config, type Logger, messageOf, OperatingError } from '../../lib/base/index.ts'
import { createLogResources, type LogResources } from '../../lib/log/index.ts'
import { leaveCleanShutdown } from '../clean-shutdown.ts'
import { deletedFolderSuffix, partitionFolder } from '../filenames.ts'
import { openPartition, type Partition } from '../partitions/partition.ts'
import type { MetadataStore, TopicRecord } from './metadata-store.ts'
import { collisionKey } from './names.ts'
import { type TopicSettings, topicSettings } from './settings.ts'

/** Partitions opened at the same time when the broker starts. */
const openingAtOnce = 4
/** And closed, of one topic: each waits for its own syncs. */
const closingAtOnce = 16

export interface TopicTableOptions {
  folder: string
  config: Config
  clock: Clock
  logger: Logger
  store: MetadataStore
  newId: () => string
  /** Told after a topic is gone. */
  onDeleted: (topic: string) => void
}

/** One topic; its partitions are opened when first used. */
export class Topic {
  /** Open partitions share it: a change counts for all of them at once. */
  readonly settings: TopicSettings
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

/** All topics of this broker, by name and by id. */
export class TopicTable {
  readonly #options: TopicTableOptions
  readonly #resources: LogResources = createLogResources()
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()
  readonly #collisions = new Map<string, string>()
  readonly #creating = new Map<string, Promise<Topic>>()
  readonly #deleting = new Map<string, Promise<void>>()
  /** Changes of topics follow each other: each begins from what the last one left. */
  #lastChange: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: TopicTableOptions) {
    this.#options = options
    for (const record of options.store.topics.values()) this.#add(record)
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name)
  }
  getById(id: string): Topic | undefined {
    return this.#byId.get(id)
  }
  all(): Iterable<Topic> {
    return this.#byName.values()
  }
  get size(): number {
    return this.#byName.size
  }

  /** The topic that a new one of this name would be mistaken for. */
  collidingWith(name: string): string | undefined {
    const other = this.#collisions.get(collisionKey(name))
    return other === name ? undefined : other
  }

  /** Makes the topic durable, then visible; the one there is where two ask at once. */
  create(name: string, partitions: number, configs: Readonly<Record<string, string>>): Promise<Topic> {
    const existing = this.#byName.get(name)
    if (existing !== undefined) return Promise.resolve(existing)
    const creating = this.#creating.get(name) ?? this.#create(name, partitions, configs)
    this.#creating.set(name, creating)
    return creating
  }

  async #create(name: string, partitions: number, configs: Readonly<Record<string, string>>): Promise<Topic> {
    try {
      // the folders of a deleted topic of this name must be out of the way
      await this.#deleting.get(name)
      const record = { name, id: this.#options.newId(), partitions, configs }
      await this.#options.store.addTopic(record)
      this.#options.logger.info('topic created', { topic: name, partitions })
      return this.#add(record)
    } finally {
      this.#creating.delete(name)
    }
  }

  /** Changes a topic durably, then visibly, open partitions included. Errors: TOPIC_GONE, and those of the store. */
  alter(topic: Topic, change: (record: TopicRecord) => Partial<TopicRecord>): Promise<void> {
    const { store, config } = this.#options
    return this.#inTurn(async () => {
      if (this.#byId.get(topic.id) !== topic)
        throw new OperatingError('TOPIC_GONE', `topic ${topic.name} has been deleted`)
      const record = { ...topic.record, ...change(topic.record) }
      await store.addTopic(record)
      topic.become(record, topicSettings(record.configs, config))
    })
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#lastChange.then(change)
    // a failure is its caller's; the next change is tried anew
    this.#lastChange = changed.catch(() => undefined)
    return changed
  }

  /** The topic is gone for clients at once; its files follow. */
  async delete(topic: Topic): Promise<void> {
    await this.#inTurn(async () => {
      await this.#options.store.removeTopic(topic.id)
      this.#byName.delete(topic.name)
      this.#byId.delete(topic.id)
      this.#collisions.delete(collisionKey(topic.name))
    })
    const discarding = this.#discard(topic)
    this.#deleting.set(topic.name, discarding)
    await discarding.finally(() => this.#deleting.delete(topic.name))
    this.#options.logger.info('topic deleted', { topic: topic.name })
    this.#options.onDeleted(topic.name)
  }

  async #discard(topic: Topic): Promise<void> {
    await topic.close()
    for (let i = 0; i < topic.partitionCount; i++) await this.#discardFolder(topic, i)
  }

  /** Removes what is left of deleted topics, then opens every partition, a few at a time. */
  async warmUp(): Promise<void> {
    const { folder, logger } = this.#options
    for (const name of await readdir(folder))
      if (name.endsWith(deletedFolderSuffix)) await rm(join(folder, name), { recursive: true, force: true })
    const waiting = [...this.#byName.values()].flatMap(topic =>
      Array.from({ length: topic.partitionCount }, (_, index) => ({ topic, index })),
    )
    const openNext = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined && !this.#isClosed; next = waiting.pop())
        await next.topic.partition(next.index).catch(error =>
          logger.error('a partition cannot be opened', {
            topic: next?.topic.name,
            partition: next?.index,
            error: messageOf(error),
          }),
        )
    }
    await Promise.all(Array.from({ length: openingAtOnce }, openNext))
  }

  async enforceRetention(): Promise<void> {
    for (const topic of [...this.#byName.values()])
      for (let i = 0; i < topic.partitionCount && !this.#isClosed; i++)
        await topic
          .opened(i)
          ?.enforceRetention()
          .catch(error =>
            this.#options.logger.warn('retention failed', {
              topic: topic.name,
              partition: i,
              error: messageOf(error),
            }),
          )
  }

  /** Ends a warm-up that still runs, and answers parked requests. */
  beginClose(): void {
    this.#isClosed = true
    for (const topic of this.#byName.values()) topic.endWaiting()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#byName.values()].map(topic => topic.close()))
    this.#resources.removals.close()
    await this.#resources.files.close()
    await leaveCleanShutdown(this.#options.folder)
  }

  #add(record: TopicRecord): Topic {
    const settings = topicSettings(record.configs, this.#options.config)
    const topic = new Topic(record, settings, (of, index) => this.#openPartition(of, index))
    this.#byName.set(record.name, topic)
    this.#byId.set(record.id, topic)
    this.#collisions.set(collisionKey(record.name), record.name)
    return topic
  }

  async #openPartition(topic: Topic, index: number): Promise<Partition> {
    const { config, clock, logger } = this.#options
    const folder = join(this.#options.folder, partitionFolder(topic.name, index))
    await mkdir(folder, { recursive: true })
    return await openPartition({
      topic: topic.name,
      index,
      folder,
      settings: topic.settings,
      flush: config.broker.flush,
      resources: this.#resources,
      clock,
      logger,
    })
  }

  /** Renamed first, so that a topic of the same name can be made at once. */
  async #discardFolder(topic: Topic, index: number): Promise<void> {
    const folder = join(this.#options.folder, partitionFolder(topic.name, index))
    const discarded = `${folder}.${topic.id}${deletedFolderSuffix}`
    await rename(folder, discarded).catch(() => undefined)
    await rm(discarded, { recursive: true, force: true })
  }
}
