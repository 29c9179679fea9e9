import type { Assignment } from '../assignment.ts'

/** What an assignor knows of a member. */
export interface Subscriber {
  memberId: string
  instanceId: string | null
  topicIds: ReadonlySet<string>
  /** What it was to have so far. */
  target: Assignment
}

/** Decides who is to have which partition: a pure function of what it is given. */
export interface Assignor {
  readonly name: string
  /** By member id; a member may be left out where it gets nothing. `partitionCounts` by topic id. */
  assign(
    subscribers: readonly Subscriber[],
    partitionCounts: ReadonlyMap<string, number>,
  ): Map<string, Assignment>
}
