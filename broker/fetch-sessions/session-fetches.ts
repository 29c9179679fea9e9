import { errorCodes } from '../../lib/kafka/index.ts'
import type { Watched } from '../partitions/waiters.ts'
import { type FetchSession, topicsOf } from './fetch-session.ts'
import type { SessionPartition } from './session-partition.ts'
import type {
  AnsweredPartition,
  AnsweredTopic,
  AskedTopic,
  FetchRequest,
  SessionAnswer,
  SessionFetch,
  Source,
} from './types.ts'

/** A request without a session: answered as it is. */
export class PlainFetch implements SessionFetch {
  readonly topics: AskedTopic[]
  watched: Source[] = []
  protected sources: readonly (Source | undefined)[] = []

  constructor(request: FetchRequest) {
    this.topics = request.topics
  }

  watch(sources: readonly (Source | undefined)[]): void {
    this.sources = sources
    this.watched = sources.filter(source => source !== undefined)
  }

  grown(): AskedTopic[] {
    return []
  }

  answer(responses: AnsweredTopic[]): SessionAnswer {
    return { errorCode: errorCodes.NONE, sessionId: 0, responses }
  }
}

/** A request that names all and begins a session: its answer is the first thing the session has said. */
export class FullFetch extends PlainFetch {
  readonly #request: FetchRequest
  readonly #create: (size: number) => FetchSession | undefined

  /** `create` makes a session for so many partitions, where there is room for one. */
  constructor(request: FetchRequest, create: (size: number) => FetchSession | undefined) {
    super(request)
    this.#request = request
    this.#create = create
  }

  override answer(responses: AnsweredTopic[]): SessionAnswer {
    const session = this.#create(this.sources.length)
    if (session !== undefined) this.#fill(session, responses)
    return { errorCode: errorCodes.NONE, sessionId: session?.id ?? 0, responses }
  }

  #fill(session: FetchSession, responses: readonly AnsweredTopic[]): void {
    let next = 0
    for (const [i, topic] of this.topics.entries())
      for (const [j, asked] of topic.partitions.entries()) {
        const partition = session.set(topic, asked)
        partition.watch(this.sources[next++])
        partition.take(responses[i]?.partitions[j] as AnsweredPartition)
        session.settle(partition, this.#request.isolationLevel)
      }
  }
}

/** A request that goes on with a session: looks at what is open in it, and answers what is new. */
export class IncrementalFetch implements SessionFetch {
  readonly topics: AskedTopic[]
  readonly #session: FetchSession
  readonly #isolationLevel: number
  readonly #epoch: number
  readonly #looked: SessionPartition[]

  constructor(session: FetchSession, request: FetchRequest) {
    this.#session = session
    this.#isolationLevel = request.isolationLevel
    this.#epoch = session.epoch
    this.#looked = session.open()
    this.topics = topicsOf(this.#looked)
  }

  watch(sources: readonly (Source | undefined)[]): void {
    for (const [i, partition] of this.#looked.entries()) partition.watch(sources[i])
  }

  get watched(): readonly Watched[] {
    // nothing is waited for where no partition is there
    const areAllGone =
      this.#looked.length === this.#session.size && this.#looked.every(({ isWatched }) => !isWatched)
    return areAllGone ? [] : [this.#session]
  }

  grown(): AskedTopic[] {
    const looked = new Set(this.#looked)
    const grown = this.#session.open().filter(partition => !looked.has(partition))
    this.#looked.push(...grown)
    return topicsOf(grown)
  }

  answer(responses: readonly AnsweredTopic[]): SessionAnswer {
    const session = this.#session
    // another request has gone on with it meanwhile
    if (session.epoch !== this.#epoch)
      return { errorCode: errorCodes.INVALID_FETCH_SESSION_EPOCH, sessionId: session.id, responses: [] }
    let next = 0
    const said: AnsweredTopic[] = []
    for (const topic of responses) {
      const partitions: AnsweredPartition[] = []
      for (const answer of topic.partitions) {
        const partition = this.#looked[next++] as SessionPartition
        if (this.#take(partition, answer)) partitions.push(partition.renamed(answer))
      }
      if (partitions.length > 0) said.push({ ...topic, partitions })
    }
    return { errorCode: errorCodes.NONE, sessionId: session.id, responses: said }
  }

  #take(partition: SessionPartition, answer: AnsweredPartition): boolean {
    const isNew = partition.take(answer)
    if ((answer.records?.length ?? 0) > 0) this.#session.putLast(partition)
    this.#session.settle(partition, this.#isolationLevel)
    return isNew
  }
}
