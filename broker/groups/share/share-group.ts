import { ChangeSet } from '../change-writer.ts'
import { type Assignment, noAssignment } from '../consumer/assignment.ts'
import { type KnownTopic, type TopicDirectory, topicsHash } from '../consumer/subscription.ts'

/** One member of a share group; a change makes a new one. */
export interface ShareMember {
  readonly memberId: string
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Sorted, each once. */
  readonly topicNames: readonly string[]
  readonly epoch: number
  readonly previousEpoch: number
  readonly assigned: Assignment
}

/** One thing of a share group that is written down under a key of its own. */
export type ShareChange =
  | { type: 'member' | 'target' | 'current'; memberId: string }
  | { type: 'group' }
  | { type: 'assignment' }
  | { type: 'topics' }

/**
 * A share group (KIP-932): its members and what they may fetch. Several may have the same partition: who gets which
 * record is decided where it is fetched (broker/share). State without I/O, as ConsumerGroup.
 */
export class ShareGroup {
  readonly type = 'share'
  readonly id: string
  epoch = 0
  metadataHash = 0
  assignmentEpoch = 0
  topicsVersion = -1
  readonly members = new Map<string, ShareMember>()
  readonly targets = new Map<string, Assignment>()
  /** Topics of which the group has, or had, a place in: how far it has come with them is kept. */
  readonly topics = new Map<string, KnownTopic>()
  readonly #sessions = new Map<string, number>()
  readonly #changes = new ChangeSet<ShareChange>()

  constructor(id: string) {
    this.id = id
  }

  get state(): 'Empty' | 'Stable' {
    return this.members.size === 0 ? 'Empty' : 'Stable'
  }

  targetOf(memberId: string): Assignment {
    return this.targets.get(memberId) ?? noAssignment
  }

  keepSession(memberId: string, untilMs: number): void {
    this.#sessions.set(memberId, untilMs)
  }

  removeMember(memberId: string): void {
    this.members.delete(memberId)
    this.targets.delete(memberId)
    this.#sessions.delete(memberId)
    for (const type of ['current', 'target', 'member'] as const) this.changed({ type, memberId })
  }

  /** True where the topics subscribed to are not what they were. */
  refresh(directory: TopicDirectory): boolean {
    this.topicsVersion = directory.version
    const subscribed = this.subscribed(directory)
    for (const topic of subscribed) this.keepTopic(topic)
    const hash = topicsHash(subscribed)
    if (hash === this.metadataHash) return false
    this.metadataHash = hash
    return true
  }

  subscribed(directory: TopicDirectory): KnownTopic[] {
    const names = new Set([...this.members.values()].flatMap(({ topicNames }) => topicNames))
    return [...names].flatMap(name => directory.get(name) ?? [])
  }

  keepTopic({ id, name, partitionCount }: KnownTopic): void {
    if (this.topics.get(id)?.partitionCount === partitionCount) return
    this.topics.set(id, { id, name, partitionCount })
    this.changed({ type: 'topics' })
  }

  forgetTopic(topicId: string): void {
    if (this.topics.delete(topicId)) this.changed({ type: 'topics' })
  }

  changed(change: ShareChange): void {
    this.#changes.add(change)
  }
  takeChanges(): ShareChange[] {
    return this.#changes.take()
  }

  /** Everything there is of it: what to write to have all, or to take back. */
  everything(): ShareChange[] {
    const ids = [...this.members.keys()]
    return [
      ...ids.map(memberId => ({ type: 'member' as const, memberId })),
      { type: 'group' },
      { type: 'topics' },
      ...[...this.targets.keys()].map(memberId => ({ type: 'target' as const, memberId })),
      { type: 'assignment' },
      ...ids.map(memberId => ({ type: 'current' as const, memberId })),
    ]
  }

  get nextDeadlineMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#sessions.values())
  }

  overdue(nowMs: number): string[] {
    return [...this.#sessions].filter(([, untilMs]) => untilMs <= nowMs).map(([memberId]) => memberId)
  }
}
