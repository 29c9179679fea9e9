import { type Clock, type Logger, messageOf, OnceAMinute } from '../../lib/base/index.ts'
import type { Fetcher, GroupMember, KafkaClient } from '../../lib/kafka/client/index.ts'
import type { Config } from '../config.ts'
import { LetterSender } from '../dead-letters/sender.ts'
import type { Figures } from '../figures.ts'
import { Inserter } from '../insert/inserter.ts'
import { pause } from '../insert/pause.ts'
import { BlockPool } from '../range/block-pool.ts'
import type { Signal } from '../range/blocks.ts'
import { type BlockSettings, blockSettings } from '../range/settings.ts'
import { coversAll } from './coverage.ts'
import { Pace } from './pace.ts'
import { PartitionWorker } from './partition.ts'
import { startingPoint } from './plan.ts'

/** Blocks filled or inserted at a time, over all partitions. */
const maxRangesAtOnce = 2
const pollMs = 500
/** While some partition is full, polls are short, so that it is asked for again soon. */
const shortPollMs = 100
const maxFetchBytes = 8 * 1024 * 1024
const maxPartitionFetchBytes = 1024 * 1024
const retryMs = 500
const maxTakeAttempts = 12
/** How often to look for partitions that nobody has. */
const coverMs = 30_000
/** How long a range under way may take when the partition is given up; then its plan is left to the next member. */
const graceMs = 10_000

export interface ConsumerOptions {
  config: Config
  client: KafkaClient
  /** A lasting name in the group: see GroupOptions. */
  instanceId: string | undefined
  figures: Figures
  clock: Clock
  logger: Logger
  /** Called when membership of the group is lost for good. */
  onLost(error: unknown): void
}

type Assignment = readonly { topic: string; partition: number }[]

/** A member of the aggregators' group: one worker per partition it is given, and one fetch loop for all of them. */
export class TopicConsumer {
  readonly #options: ConsumerOptions
  readonly #inserter: Inserter
  readonly #pace: Pace
  readonly #letters: LetterSender
  readonly #settings: BlockSettings
  readonly #pool: BlockPool
  readonly #troubles: OnceAMinute
  readonly #fetcher: Fetcher
  readonly #stopped = new AbortController()
  #workers: PartitionWorker[] = []
  #member: GroupMember | undefined
  #fetching: Promise<void> | undefined
  #covering: Promise<void> | undefined

  constructor(options: ConsumerOptions) {
    const { config, client, logger, clock, figures } = options
    this.#options = options
    this.#pace = new Pace(clock, config.aggregator.maxDelayMs)
    this.#inserter = new Inserter({ config, logger, clock, figures, maxConcurrentInserts: maxRangesAtOnce })
    this.#settings = blockSettings(config)
    this.#pool = new BlockPool(this.#settings, maxRangesAtOnce)
    this.#troubles = new OnceAMinute(logger, clock)
    const { deadLetters } = config.kafka.topics
    this.#letters = new LetterSender({ topic: deadLetters, client, logger, troubles: this.#troubles })
    this.#fetcher = client.openFetcher()
    figures.lag(() =>
      this.#workers.map(worker => ({
        labels: { topic: worker.topic, partition: String(worker.partition) },
        value: worker.lag,
      })),
    )
  }

  /** Joins the group and begins with what it is given. */
  async start(): Promise<void> {
    this.#member = await this.#join()
    this.#fetching = this.#fetchLoop()
    this.#covering = this.#coverLoop()
  }

  /** Whether the group has given this partition to us. */
  has(topic: string, partition: number): boolean {
    return this.#workers.some(worker => worker.topic === topic && worker.partition === partition)
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#giveUp()
    await this.#fetcher.close()
    await this.#fetching
    await this.#covering
    await this.#member?.close()
    await this.#inserter.close()
  }

  async #join(): Promise<GroupMember> {
    const { config, client, instanceId } = this.#options
    const member = await client.joinGroup({
      group: config.aggregator.group,
      topics: [...this.#signals().keys()],
      clientId: 'millrace-aggregator',
      instanceId,
    })
    member.onRevoked = () => this.#giveUp()
    member.onAssigned = assignment => this.#take(member, assignment)
    member.onLost = error => this.#options.onLost(error)
    try {
      await this.#take(member, member.assignment)
      return member
    } catch (error) {
      await member.close()
      throw error
    }
  }

  /**
   * Partitions made after the group last assigned them have nobody; a member that leaves and joins again has the group
   * assign them anew. Looked after at the start too, since a static member finds the old assignment.
   */
  async #coverLoop(): Promise<void> {
    const { signal } = this.#stopped
    const { config, client } = this.#options
    while (!signal.aborted) {
      try {
        const isCovered = await coversAll(client, config.aggregator.group, [...this.#signals().keys()])
        if (!isCovered && !signal.aborted) await this.#rejoin()
      } catch (error) {
        this.#troubles.warn('the group cannot be looked at: trying again', { error: messageOf(error) })
      }
      await pause(coverMs, signal)
    }
  }

  async #rejoin(): Promise<void> {
    this.#options.logger.info('partitions have nobody: joining the group anew')
    await this.#giveUp()
    await this.#member?.close()
    try {
      this.#member = await this.#join()
    } catch (error) {
      this.#options.onLost(error)
    }
  }

  async #giveUp(): Promise<void> {
    const workers = this.#workers
    this.#workers = []
    await Promise.all(workers.map(worker => worker.close(graceMs)))
  }

  async #take(member: GroupMember, assignment: Assignment): Promise<void> {
    const workers = await this.#untilMade(member, assignment)
    if (this.#stopped.signal.aborted) return
    this.#workers = workers
    for (const worker of workers) worker.start(error => this.#options.onLost(error))
    this.#options.logger.info('partitions assigned', {
      partitions: assignment.map(({ topic, partition }) => `${topic}-${partition}`).join(' '),
    })
  }

  /** A coordinator that has just come back may need a moment; the group waits for us only so long. */
  async #untilMade(member: GroupMember, assignment: Assignment): Promise<PartitionWorker[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#makeWorkers(member, assignment)
      } catch (error) {
        if (attempt === maxTakeAttempts || this.#stopped.signal.aborted) throw error
        await pause(retryMs, this.#stopped.signal)
      }
    }
  }

  async #makeWorkers(member: GroupMember, assignment: Assignment): Promise<PartitionWorker[]> {
    const { config, client, figures, clock, logger } = this.#options
    const signals = this.#signals()
    const asked = new Map<string, number[]>()
    for (const { topic, partition } of assignment) asked.set(topic, [...(asked.get(topic) ?? []), partition])
    if (asked.size === 0) return []
    const topics = await client.metadata([...asked.keys()])
    const committed = await client.committed(config.aggregator.group, Object.fromEntries(asked))
    return await Promise.all(
      assignment.map(async ({ topic, partition }) => {
        const topicId = topics.get(topic)?.topicId ?? ''
        const found = committed.find(entry => entry.topic === topic && entry.partition === partition)
        const start = startingPoint(found, topicId) ?? {
          offset: await client.listOffset(topic, partition, 'earliest'),
          replayTo: undefined,
        }
        const { maxRows } = config.aggregator
        return new PartitionWorker(
          {
            topic,
            topicId,
            partition,
            signal: signals.get(topic) ?? 'logs',
            maxRows,
            pace: this.#pace,
            settings: this.#settings,
            pool: this.#pool,
            inserter: this.#inserter,
            letters: this.#letters,
            figures,
            clock,
            logger,
            troubles: this.#troubles,
            commit: offsets => member.commit(offsets),
          },
          start,
        )
      }),
    )
  }

  async #fetchLoop(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const workers = this.#workers.filter(worker => worker.wantsData)
      if (workers.length === 0) await pause(shortPollMs, signal)
      else await this.#fetch(workers)
    }
  }

  async #fetch(workers: readonly PartitionWorker[]): Promise<void> {
    const requests = workers.map(({ topic, partition, fetchOffset }) => ({
      topic,
      partition,
      offset: fetchOffset,
      maxBytes: maxPartitionFetchBytes,
    }))
    const maxWaitMs = workers.length === this.#workers.length ? pollMs : shortPollMs
    try {
      const results = await this.#fetcher.fetch(requests, { maxWaitMs, minBytes: 1, maxBytes: maxFetchBytes })
      for (const result of results)
        workers
          .find(worker => worker.topic === result.topic && worker.partition === result.partition)
          ?.offer(result)
      if (results.some(result => result.errorCode !== 0)) await pause(shortPollMs, this.#stopped.signal)
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      this.#troubles.warn('the topics cannot be read: trying again', { error: messageOf(error) })
      await pause(retryMs, this.#stopped.signal)
    }
  }

  #signals(): Map<string, Signal> {
    const { logs, metrics, traces } = this.#options.config.kafka.topics
    return new Map<string, Signal>([
      [logs, 'logs'],
      [metrics, 'metrics'],
      [traces, 'traces'],
    ])
  }
}
