import type { apis, RequestOf, ResponseInput } from '../../lib/kafka/index.ts'
import type { Extent } from '../partitions/isolation.ts'
import type { Watched } from '../partitions/waiters.ts'

export type FetchRequest = RequestOf<typeof apis.fetch>
export type AskedTopic = FetchRequest['topics'][number]
export type AskedPartition = AskedTopic['partitions'][number]
export type AnsweredTopic = ResponseInput<typeof apis.fetch>['responses'][number]
export type AnsweredPartition = AnsweredTopic['partitions'][number]

/** What a session needs to know of a partition: how far it goes. */
export interface Source extends Watched, Extent {
  readonly log: { readonly startOffset: number; readonly stableOffset: number }
}

/** What a request is answered with, besides what is the same in all answers. */
export interface SessionAnswer {
  errorCode: number
  /** 0: there is no session. */
  sessionId: number
  responses: AnsweredTopic[]
}

/** One request as its session has it (Kafka's FetchContext). */
export interface SessionFetch {
  /** What is to be looked at, in this order; all other partitions of the session have nothing to say. */
  readonly topics: AskedTopic[]
  /** Takes over where the partitions of `topics` are, in their order; undefined where one is not there. */
  watch(sources: readonly (Source | undefined)[]): void
  /** What grows with any partition of the session, those of `topics` included. */
  readonly watched: readonly Watched[]
  /** What has changed since, besides what is in `topics`. */
  grown(): AskedTopic[]
  /** Leaves out of the answers, of `topics` and then of what has grown, what the client knows already. */
  answer(responses: readonly AnsweredTopic[]): SessionAnswer
}
