import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, type Logger, messageOf, OperatingError, Turns } from '../../lib/base/index.ts'
import { createLogResources, type LogResources } from '../../lib/log/index.ts'
import { leaveCleanShutdown } from '../clean-shutdown.ts'
import type { Config } from '../config.ts'
import { deletedFolderSuffix, partitionFolder } from '../filenames.ts'
import { openPartition } from '../partitions/open-partition.ts'
import type { Partition } from '../partitions/partition.ts'
import type { TopicSettings } from '../partitions/settings.ts'
import type { BrokerConfigs } from './broker-configs.ts'
import type { MetadataStore, TopicRecord } from './metadata-store.ts'
import { collisionKey } from './names.ts'
import { topicSettings } from './settings.ts'
import { Topic } from './topic.ts'

/** Partitions opened at the same time when the broker starts. */
const openingAtOnce = 4

export interface TopicTableOptions {
  folder: string
  config: Config
  brokerConfigs: BrokerConfigs
  clock: Clock
  logger: Logger
  store: MetadataStore
  newId: () => string
  /** Told after a topic is gone. */
  onDeleted: (topic: string) => void
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
  readonly #turns = new Turns()
  #isClosed = false
  #version = 0

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
  /** Grows with every change of what topics there are and of their partitions. */
  get version(): number {
    return this.#version
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
    const { store } = this.#options
    return this.#turns.take(async () => {
      if (this.#byId.get(topic.id) !== topic)
        throw new OperatingError('TOPIC_GONE', `topic ${topic.name} has been deleted`)
      const record = { ...topic.record, ...change(topic.record) }
      await store.addTopic(record)
      topic.become(record, this.#settingsOf(record))
      this.#version++
    })
  }

  /** What topics fall back on has changed: those without a value of their own follow. */
  onBrokerConfigsChanged(): void {
    for (const topic of this.#byName.values()) topic.become(topic.record, this.#settingsOf(topic.record))
  }

  #settingsOf({ configs }: TopicRecord): TopicSettings {
    return topicSettings(configs, this.#options.brokerConfigs)
  }

  /** The topic is gone for clients at once; its files follow. */
  async delete(topic: Topic): Promise<void> {
    await this.#turns.take(async () => {
      await this.#options.store.removeTopic(topic.id)
      this.#byName.delete(topic.name)
      this.#byId.delete(topic.id)
      this.#version++
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

  async enforceRetention(nowMs: number): Promise<void> {
    for (const topic of [...this.#byName.values()])
      for (let i = 0; i < topic.partitionCount && !this.#isClosed; i++)
        await topic
          .opened(i)
          ?.enforceRetention(nowMs)
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
    const topic = new Topic(record, this.#settingsOf(record), (of, index) => this.#openPartition(of, index))
    this.#byName.set(record.name, topic)
    this.#byId.set(record.id, topic)
    this.#version++
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
