import { join } from 'node:path'
import { type Clock, codeOf, type Logger, messageOf } from '../../lib/base/index.ts'
import { BatchCursor } from '../../lib/kafka/index.ts'
import type { LastOfProducer } from '../../lib/log/index.ts'
import { cleanerCheckpoint } from '../filenames.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Producers } from '../partitions/producers.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { type Dirtiness, dirtinessOf, isDue } from './dirtiness.ts'
import { readOffsets, writeOffsets } from './offset-checkpoint.ts'
import { Throttle } from './throttle.ts'

export interface CleanerOptions {
  topics: TopicTable
  /** Where the partitions' folders are. */
  folder: string
  clock: Clock
  logger: Logger
  /** Rest where there is nothing to do (Kafka's log.cleaner.backoff.ms), asked before each. */
  backoffMs: () => number
  /** Read and written together (Kafka's log.cleaner.io.max.bytes.per.second), asked before each piece. */
  bytesPerSecond: () => number
}

interface Candidate extends Dirtiness {
  topic: Topic
  partition: Partition
}

/**
 * Compacts the partitions of compacted topics in the background, one at a time, always the one with the largest dirty
 * share. How far each is compacted stands in Kafka's `cleaner-offset-checkpoint`; what that forgets is compacted again.
 */
export class Cleaner {
  readonly #options: CleanerOptions
  readonly #throttle: Throttle
  readonly #path: string
  /** By topic id and partition. */
  readonly #cleanedTo = new Map<string, number>()
  #running: Promise<void> = Promise.resolve()

  constructor(options: CleanerOptions) {
    this.#options = options
    this.#throttle = new Throttle(options.bytesPerSecond)
    this.#path = join(options.folder, cleanerCheckpoint)
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#throttle.stop()
    await this.#running
  }

  async #run(): Promise<void> {
    await this.#attempt('reading how far topics are compacted failed', () => this.#load())
    while (!this.#throttle.isStopped) {
      await this.#attempt('choosing what to compact failed', () => this.#cleanAll())
      await this.#throttle.rest(clampedRestMs(this.#options.backoffMs()))
    }
  }

  async #load(): Promise<void> {
    for (const { topic, partition, offset } of await readOffsets(this.#path)) {
      const known = this.#options.topics.get(topic)
      if (known !== undefined) this.#cleanedTo.set(keyOf(known, partition), offset)
    }
  }

  /** One after the other until none is due; one that fails is left to the next time. */
  async #cleanAll(): Promise<void> {
    const failed = new Set<Partition>()
    while (!this.#throttle.isStopped) {
      const candidate = await this.#dirtiest(failed)
      if (candidate === undefined) return
      const message = 'a partition could not be compacted'
      const place = { topic: candidate.topic.name, partition: candidate.partition.index }
      if (!(await this.#attempt(message, () => this.#clean(candidate), place)))
        failed.add(candidate.partition)
    }
  }

  async #dirtiest(except: ReadonlySet<Partition>): Promise<Candidate | undefined> {
    let dirtiest: Candidate | undefined
    const nowMs = this.#options.clock.nowMs()
    for (const candidate of this.#candidates(nowMs)) {
      if (except.has(candidate.partition) || candidate.ratio <= (dirtiest?.ratio ?? 0)) continue
      const { settings } = candidate.topic
      const oldestMs = await oldestDirtyMs(candidate)
      if (isDue(candidate, settings, oldestMs, nowMs)) dirtiest = candidate
    }
    return dirtiest
  }

  *#candidates(nowMs: number): Generator<Candidate> {
    for (const topic of this.#options.topics.all()) {
      if (!topic.settings.isCompacted) continue
      for (let index = 0; index < topic.partitionCount; index++) {
        const partition = topic.opened(index)
        if (partition === undefined) continue
        const cleanedTo = this.#cleanedTo.get(keyOf(topic, index))
        const { log, lastStableOffset } = partition
        const bounds = { startOffset: log.startOffset, lastStableOffset }
        const dirtiness = dirtinessOf(log.segments, topic.settings, cleanedTo, bounds, nowMs)
        if (dirtiness.dirtyBytes > 0) yield { ...dirtiness, topic, partition }
      }
    }
  }

  async #clean({ topic, partition, dirtyFrom, before }: Candidate): Promise<void> {
    const { clock, logger } = this.#options
    const { cleanTo, bytesBefore, bytesAfter } = await partition.log.compact({
      dirtyFrom,
      before,
      nowMs: clock.nowMs(),
      deleteRetentionMs: topic.settings.deleteRetentionMs,
      abortedTransactions: (from, to) => partition.abortedTransactions(from, to),
      lastOfProducers: lastOf(partition.producers),
      throttle: bytes => this.#throttle.take(bytes),
    })
    const place = { topic: topic.name, partition: partition.index }
    logger.info('partition compacted', { ...place, cleanTo, bytesBefore, bytesAfter })
    this.#cleanedTo.set(keyOf(topic, partition.index), cleanTo)
    await this.#save()
  }

  async #save(): Promise<void> {
    const entries = []
    for (const topic of this.#options.topics.all())
      for (let partition = 0; partition < topic.partitionCount; partition++) {
        const offset = this.#cleanedTo.get(keyOf(topic, partition))
        if (offset !== undefined) entries.push({ topic: topic.name, partition, offset })
      }
    await writeOffsets(this.#path, entries)
  }

  /** False where it failed for another reason than that the broker stops or the topic is gone. */
  async #attempt(
    message: string,
    work: () => Promise<void>,
    place: Readonly<Record<string, string | number>> = {},
  ): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      const isExpected = this.#throttle.isStopped || codeOf(error) === 'LOG_CLOSED'
      if (!isExpected) this.#options.logger.warn(message, { ...place, error: messageOf(error) })
      return false
    }
  }
}

/** Looking without any rest would cost a processor; Node's timers take no longer delay than the other bound. */
function clampedRestMs(ms: number): number {
  return Math.min(Math.max(ms, 10), 2_000_000_000)
}

/** When the first batch that is dirty was written, where the topic sets a time for it; -1 else. */
async function oldestDirtyMs({ topic, partition, dirtyFrom }: Candidate): Promise<number> {
  if (topic.settings.maxCompactionLagMs > Number.MAX_SAFE_INTEGER) return -1
  const slice = await partition.log.read(dirtyFrom, 1)
  const cursor = new BatchCursor(slice.bytes)
  const oldestMs = cursor.next() ? cursor.maxTimestampMs : -1
  slice.release()
  return oldestMs
}

function lastOf(producers: Producers): Map<number, LastOfProducer> {
  const last = new Map<number, LastOfProducer>()
  for (const { producerId, epoch, batches } of producers.all())
    last.set(producerId, { epoch, lastOffset: batches.findLast(b => b.lastOffset !== undefined)?.lastOffset })
  return last
}

function keyOf(topic: Topic, partition: number): string {
  return `${topic.id} ${partition}`
}
