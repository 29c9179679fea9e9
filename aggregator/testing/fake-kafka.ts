import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  CommittedOffset,
  Fetcher,
  FetchRequest,
  FetchResult,
  GroupMember,
  GroupOptions,
  KafkaClient,
} from '../../lib/kafka/client/index.ts'
import { BatchCursor, type RecordInput, writeBatch } from '../../lib/kafka/index.ts'

interface FakeHooks {
  beforeCommit?: (offset: CommittedOffset) => void
  afterProduce?: (topic: string) => void
}

interface FakePartition {
  batches: { nextOffset: number; bytes: Buffer }[]
  startOffset: number
  endOffset: number
}

/** A Kafka in memory with one group of one member, for tests: it can lose a member in the middle of anything. */
export class FakeKafka {
  readonly commits: CommittedOffset[] = []
  readonly #topics = new Map<string, { topicId: string; partitions: FakePartition[] }>()
  readonly #committed = new Map<string, CommittedOffset>()

  makeTopic(name: string, partitions: number): void {
    const empty = () => ({ batches: [], startOffset: 0, endOffset: 0 })
    this.#topics.set(name, { topicId: randomUUID(), partitions: Array.from({ length: partitions }, empty) })
  }

  append(topic: string, partition: number, records: readonly RecordInput[]): void {
    const target = this.#partition(topic, partition)
    const bytes = writeBatch(records, { baseOffset: target.endOffset, compression: 'zstd' })
    target.endOffset += records.length
    target.batches.push({ nextOffset: target.endOffset, bytes })
  }

  /** Appends bytes as they are, which may be damaged; their header says how many records they stand for. */
  appendRaw(topic: string, partition: number, bytes: Buffer): void {
    const target = this.#partition(topic, partition)
    const cursor = new BatchCursor(bytes)
    cursor.next()
    bytes.writeBigInt64BE(BigInt(target.endOffset), 0)
    target.endOffset = cursor.nextOffset
    target.batches.push({ nextOffset: target.endOffset, bytes })
  }

  /** As retention does. */
  deleteBefore(topic: string, partition: number, offset: number): void {
    const target = this.#partition(topic, partition)
    target.startOffset = offset
    target.batches = target.batches.filter(batch => batch.nextOffset > offset)
  }

  committed(topic: string, partition: number): CommittedOffset | undefined {
    return this.#committed.get(`${topic}-${partition}`)
  }

  /** A client of its own. After `lose` nothing it does reaches anyone, as if its process had been killed. */
  client(hooks: FakeHooks = {}): KafkaClient & { lose(): void } {
    let isLost = false
    const never = () => new Promise<never>(() => undefined)
    const alive = async <T>(result: () => T): Promise<T> => {
      await sleep(1)
      return isLost ? await never() : result()
    }
    return {
      metadata: () => alive(() => new Map([...this.#topics].map(([name]) => [name, this.#metadata(name)]))),
      ensureTopic: (name, partitions) =>
        alive(() => {
          if (!this.#topics.has(name)) this.makeTopic(name, partitions)
          return this.#metadata(name)
        }),
      produce: (topic, partition, batch) =>
        alive(() => {
          const errorCode = this.#topics.has(topic) ? 0 : 3
          if (errorCode === 0) this.appendRaw(topic, partition, Buffer.from(batch))
          hooks.afterProduce?.(topic)
          return { errorCode, baseOffset: -1, message: null }
        }),
      initProducerId: unused,
      describeProducer: unused,
      listOffset: (topic, partition, at) =>
        alive(() => this.#partition(topic, partition)[at === 'latest' ? 'endOffset' : 'startOffset']),
      openFetcher: () => this.#fetcher(() => isLost),
      committed: (_group, topics) =>
        alive(() =>
          Object.entries(topics).flatMap(([topic, partitions]) =>
            partitions.map(
              partition => this.committed(topic, partition) ?? { topic, partition, offset: -1, metadata: '' },
            ),
          ),
        ),
      listGroups: unused,
      describeGroup: group =>
        alive(() => ({ group, state: 'Stable', protocol: 'range', members: [this.#everything()] })),
      joinGroup: options => alive(() => this.#member(options, () => isLost, hooks)),
      close: () => Promise.resolve(),
      lose: () => {
        isLost = true
      },
    }
  }

  #everything() {
    const assignments = [...this.#topics].map(([topic, { partitions }]) => ({
      topic,
      partitions: partitions.map((_, partition) => partition),
    }))
    return { memberId: 'only', clientId: '', host: '', assignments }
  }

  #member(options: GroupOptions, isLost: () => boolean, hooks: FakeHooks): GroupMember {
    const assignment = options.topics.flatMap(topic =>
      (this.#topics.get(topic)?.partitions ?? []).map((_, partition) => ({ topic, partition })),
    )
    return {
      assignment,
      onRevoked: undefined,
      onAssigned: undefined,
      onLost: undefined,
      commit: async offsets => {
        for (const offset of offsets) {
          hooks.beforeCommit?.(offset)
          if (isLost()) return await new Promise<never>(() => undefined)
          this.commits.push(offset)
          this.#committed.set(`${offset.topic}-${offset.partition}`, offset)
        }
        return 0
      },
      close: () => Promise.resolve(),
    }
  }

  #fetcher(isLost: () => boolean): Fetcher {
    let isClosed = false
    return {
      fetch: async (requests, { maxWaitMs }) => {
        const untilMs = Date.now() + maxWaitMs
        for (;;) {
          const results = requests.map(request => this.#read(request))
          const isReady = results.some(result => result.records.length > 0 || result.errorCode !== 0)
          if (isClosed || (!isLost() && (isReady || Date.now() >= untilMs))) return results
          await sleep(5)
        }
      },
      close: () => {
        isClosed = true
        return Promise.resolve()
      },
    }
  }

  #read({ topic, partition, offset, maxBytes }: FetchRequest): FetchResult {
    const { batches, startOffset, endOffset } = this.#partition(topic, partition)
    const taken: Buffer[] = []
    let bytes = 0
    for (const batch of batches) {
      if (batch.nextOffset <= offset) continue
      if (taken.length > 0 && bytes + batch.bytes.length > maxBytes) break
      taken.push(batch.bytes)
      bytes += batch.bytes.length
    }
    const errorCode = offset < startOffset || offset > endOffset ? 1 : 0
    const records = errorCode === 0 ? Buffer.concat(taken) : Buffer.alloc(0)
    return { topic, partition, errorCode, highWatermark: endOffset, logStartOffset: startOffset, records }
  }

  #metadata(name: string) {
    const topic = this.#topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    return { name, topicId: topic.topicId, leaders: topic.partitions.map(() => 0) }
  }

  #partition(topic: string, partition: number): FakePartition {
    const found = this.#topics.get(topic)?.partitions[partition]
    if (found === undefined) throw new Error(`no partition ${topic}-${partition}`)
    return found
  }
}

function unused(): Promise<never> {
  return Promise.reject(new Error('the aggregator does not need this'))
}
