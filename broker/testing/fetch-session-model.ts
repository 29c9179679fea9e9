import { errorCodes, zeroUuid } from '../../lib/kafka/index.ts'
import { FetchSessions } from '../fetch-sessions/fetch-sessions.ts'
import type {
  AnsweredPartition,
  AnsweredTopic,
  AskedPartition,
  FetchRequest,
  Source,
} from '../fetch-sessions/types.ts'
import { Waiters } from '../partitions/waiters.ts'

const readCommitted = 1

/** A log of records of one byte each. */
export class ModelPartition implements Source {
  readonly waiters = new Waiters()
  readonly log = { startOffset: 0, stableOffset: 0 }
  /** Records at its end that no transaction has decided about. */
  undecided = 0

  get lastStableOffset(): number {
    return Math.max(this.log.startOffset, this.log.stableOffset - this.undecided)
  }

  append(count: number, isDecided: boolean): void {
    this.log.stableOffset += count
    this.undecided = isDecided ? 0 : this.undecided + count
    this.waiters.grew(count, isDecided ? count : 0)
  }

  deleteBefore(offset: number): void {
    this.log.startOffset = Math.max(this.log.startOffset, Math.min(offset, this.log.stableOffset))
    this.waiters.changed()
  }
}

/** A broker whose partitions change between any two steps of a request. */
export class ModelBroker {
  sessions: FetchSessions
  readonly topics = new Map<string, ModelPartition[]>()
  readonly denied = new Set<string>()
  #rules = 0
  #nextId = 1

  constructor() {
    this.sessions = this.#noSessions()
  }

  /** Sessions are gone after one. */
  restart(): void {
    this.sessions = this.#noSessions()
  }

  #noSessions(): FetchSessions {
    return new FetchSessions({ nowMs: () => 0, newId: () => this.#nextId++ })
  }

  /** Who may read a topic changes. */
  judge(topic: string, isDenied: boolean): void {
    this.#rules++
    if (isDenied) this.denied.add(topic)
    else this.denied.delete(topic)
  }

  createTopic(name: string, partitions: number): void {
    this.topics.set(
      name,
      Array.from({ length: partitions }, () => new ModelPartition()),
    )
  }

  deleteTopic(name: string): void {
    for (const { waiters } of this.topics.get(name) ?? []) waiters.end()
    this.topics.delete(name)
  }

  partition(topic: string, index: number): ModelPartition | undefined {
    return this.topics.get(topic)?.[index]
  }

  /** As the handler does, without waiting; `meanwhile` happens between its steps. */
  fetch(request: FetchRequest, meanwhile: readonly (() => void)[]) {
    const viewer = () => `${this.#rules} ${request.isolationLevel}`
    const fetch = this.sessions.begin(request, { usesTopicIds: false, viewer })
    if (typeof fetch === 'number') return { errorCode: fetch, sessionId: 0, responses: [] }
    meanwhile[0]?.()
    const sources = fetch.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) =>
        this.denied.has(topic) ? undefined : this.partition(topic, partition),
      ),
    )
    meanwhile[1]?.()
    fetch.watch(sources)
    meanwhile[2]?.()
    const grown = fetch.grown()
    const responses = this.#read(request, [...fetch.topics, ...grown])
    meanwhile[3]?.()
    return fetch.answer(responses)
  }

  #read({ maxBytes, isolationLevel }: FetchRequest, topics: FetchRequest['topics']): AnsweredTopic[] {
    let left = maxBytes
    return topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(asked => {
        const answer = this.#readOne(topic, asked, left, isolationLevel)
        left -= answer.records?.length ?? 0
        return answer
      }),
    }))
  }

  #readOne(topic: string, asked: AskedPartition, left: number, isolationLevel: number): AnsweredPartition {
    const partition = this.partition(topic, asked.partition)
    if (this.denied.has(topic)) return failed(asked.partition, errorCodes.TOPIC_AUTHORIZATION_FAILED)
    if (partition === undefined) return failed(asked.partition, errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    const { startOffset, stableOffset } = partition.log
    const { fetchOffset } = asked
    if (fetchOffset < startOffset || fetchOffset > stableOffset)
      return failed(asked.partition, errorCodes.OFFSET_OUT_OF_RANGE)
    const end = isolationLevel === readCommitted ? partition.lastStableOffset : stableOffset
    const length = Math.max(0, Math.min(end - fetchOffset, left, asked.partitionMaxBytes))
    return {
      partitionIndex: asked.partition,
      errorCode: errorCodes.NONE,
      highWatermark: stableOffset,
      logStartOffset: startOffset,
      abortedTransactions: null,
      records: Buffer.alloc(length),
    }
  }
}

function failed(partitionIndex: number, errorCode: number): AnsweredPartition {
  return {
    partitionIndex,
    errorCode,
    highWatermark: -1,
    logStartOffset: -1,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
}

/** What a client knows of a partition. */
export interface Known {
  position: number
  errorCode: number
  highWatermark: number
  logStartOffset: number
}

/** A consumer as Kafka's Java client is one: names what has changed if it has a session, else everything. */
export class ModelConsumer {
  readonly wanted = new Map<string, Known>()
  /** `t-0@5`: records in the order in which they came. */
  readonly seen: string[] = []
  isolationLevel = 0
  readonly #usesSessions: boolean
  /** What it knew of partitions that it reads no more. */
  readonly #left = new Map<string, Known>()
  #sessionId = 0
  #epoch = 0
  /** What the broker has been told. */
  #told = new Map<string, number>()

  constructor(usesSessions: boolean) {
    this.#usesSessions = usesSessions
  }

  want(name: string): void {
    const unknown = { position: 0, errorCode: 0, highWatermark: -1, logStartOffset: -1 }
    if (!this.wanted.has(name)) this.wanted.set(name, this.#left.get(name) ?? unknown)
  }

  leave(name: string): void {
    const known = this.wanted.get(name)
    if (known !== undefined) this.#left.set(name, known)
    this.wanted.delete(name)
  }

  seek(name: string, position: number): void {
    const known = this.wanted.get(name)
    if (known !== undefined) known.position = position
  }

  /** Where `isLost` the answer does not arrive. */
  fetch(
    broker: ModelBroker,
    maxBytes: number,
    isLost: boolean,
    meanwhile: readonly (() => void)[] = [],
  ): void {
    const answer = broker.fetch(this.#request(maxBytes), meanwhile)
    if (isLost || answer.errorCode !== errorCodes.NONE) {
      this.#epoch = 0
      // the next request begins a new session in the place of this one
      if (!isLost) this.fetch(broker, maxBytes, false)
      return
    }
    this.#sessionId = answer.sessionId
    this.#epoch = answer.sessionId === 0 ? 0 : this.#epoch + 1
    for (const { topic = '', partitions } of answer.responses)
      for (const partition of partitions) {
        const name = `${topic}-${partition.partitionIndex}`
        this.#take(name, partition)
        if (partition.errorCode === errorCodes.OFFSET_OUT_OF_RANGE)
          this.seek(name, broker.partition(topic, partition.partitionIndex)?.log.startOffset ?? 0)
      }
  }

  #take(name: string, { errorCode, highWatermark, logStartOffset = -1, records }: AnsweredPartition): void {
    const known = this.wanted.get(name)
    if (known === undefined) throw new Error(`nobody has asked for ${name}`)
    Object.assign(known, { errorCode, highWatermark, logStartOffset })
    for (let i = 0; i < (records?.length ?? 0); i++) this.seen.push(`${name}@${known.position++}`)
  }

  #request(maxBytes: number): FetchRequest {
    const isFull = !this.#usesSessions || this.#epoch === 0
    if (isFull) this.#told = new Map()
    const changed = [...this.wanted].filter(([name, { position }]) => this.#told.get(name) !== position)
    const forgotten = [...this.#told.keys()].filter(name => !this.wanted.has(name))
    for (const [name, { position }] of changed) this.#told.set(name, position)
    for (const name of forgotten) this.#told.delete(name)
    return {
      ...emptyRequest,
      isolationLevel: this.isolationLevel,
      maxBytes,
      sessionId: this.#sessionId,
      sessionEpoch: this.#usesSessions ? this.#epoch : -1,
      topics: changed.map(([name, { position }]) => ({
        ...topicOf(name),
        partitions: [{ ...askedPartition, partition: indexOf(name), fetchOffset: position }],
      })),
      forgottenTopicsData: forgotten.map(name => ({ ...topicOf(name), partitions: [indexOf(name)] })),
    }
  }
}

export const askedPartition: AskedPartition = {
  partition: 0,
  currentLeaderEpoch: -1,
  fetchOffset: 0,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 1_000,
  replicaDirectoryId: zeroUuid,
  highWatermark: -1n,
}

export const emptyRequest: FetchRequest = {
  clusterId: null,
  replicaId: -1,
  replicaState: { replicaId: -1, replicaEpoch: -1 },
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 1_000_000,
  isolationLevel: 0,
  sessionId: 0,
  sessionEpoch: -1,
  topics: [],
  forgottenTopicsData: [],
  rackId: '',
}

function topicOf(name: string): { topic: string; topicId: string } {
  return { topic: name.slice(0, name.indexOf('-')), topicId: zeroUuid }
}

function indexOf(name: string): number {
  return Number(name.slice(name.indexOf('-') + 1))
}
