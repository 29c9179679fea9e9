import { ChangeSet } from '../change-writer.ts'
import { type Assignment, has, noAssignment, partitionsOf } from './assignment.ts'
import { type ConsumerMember, isReconciledTo, type MemberDeadlines } from './consumer-member.ts'

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

/** One thing of a group that is written down under a key of its own. */
export type Change =
  | { type: 'member' | 'target' | 'current'; memberId: string }
  | { type: 'regex'; pattern: string }
  | { type: 'group' }
  | { type: 'assignment' }
  /** The classic group that it was. */
  | { type: 'classic' }

const never = Number.POSITIVE_INFINITY

/**
 * A group of the consumer protocol (KIP-848): its members, the assignment it moves towards, and who holds which
 * partition now. State without I/O: operations (heartbeat.ts, classic-members.ts, departure.ts) change it and leave
 * behind what has changed, which the coordinator writes down as it then is. What could not be written stays changed.
 *
 * A partition belongs to one member at most: from when it is assigned until the member has said that it gave it up.
 */
export class ConsumerGroup {
  readonly type = 'consumer'
  readonly id: string
  /** Grows whenever a new assignment is called for. */
  epoch = 0
  /** Of the topics subscribed to, as they were when the epoch last grew. */
  metadataHash = 0
  /** The group epoch for which `targets` was made. */
  assignmentEpoch = 0
  /** Topic names by regular expression. */
  readonly regexes = new Map<string, readonly string[]>()
  /** The version of the topics that `regexes` and `metadataHash` were last compared with. */
  topicsVersion = -1
  readonly #members = new Map<string, ConsumerMember>()
  readonly #targets = new Map<string, Assignment>()
  readonly #staticMembers = new Map<string, string>()
  readonly #owners = new Map<string, Map<number, string>>()
  readonly #deadlines = new Map<string, MemberDeadlines>()
  readonly #changes = new ChangeSet<Change>()

  constructor(id: string) {
    this.id = id
  }

  get members(): ReadonlyMap<string, ConsumerMember> {
    return this.#members
  }
  get targets(): ReadonlyMap<string, Assignment> {
    return this.#targets
  }

  get state(): ConsumerGroupState {
    if (this.#members.size === 0) return 'Empty'
    if (this.epoch > this.assignmentEpoch) return 'Assigning'
    for (const member of this.#members.values())
      if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling'
    return 'Stable'
  }

  staticMember(instanceId: string | null): ConsumerMember | undefined {
    return instanceId === null ? undefined : this.#members.get(this.#staticMembers.get(instanceId) ?? '')
  }

  /** Who holds a partition or has not yet given it up. */
  ownerOf(topicId: string, partition: number): string | undefined {
    return this.#owners.get(topicId)?.get(partition)
  }

  targetOf(memberId: string): Assignment {
    return this.#targets.get(memberId) ?? noAssignment
  }

  deadlinesOf(memberId: string): MemberDeadlines {
    const known = this.#deadlines.get(memberId)
    if (known !== undefined) return known
    const deadlines = { sessionMs: never, revocationMs: never, joinMs: never, syncMs: never }
    this.#deadlines.set(memberId, deadlines)
    return deadlines
  }

  /**
   * Adds a member or puts it in the place of what it was. Only what it holds anew or no longer changes its owner: while
   * records are read, another may have it already.
   */
  setMember(member: ConsumerMember): void {
    const { memberId, instanceId } = member
    const before = this.#members.get(memberId)
    if (before !== undefined) this.#release(before, member)
    this.#members.set(memberId, member)
    if (instanceId !== null) this.#staticMembers.set(instanceId, memberId)
    for (const [topicId, partition] of heldBy(member))
      if (!holds(before, topicId, partition)) this.#own(topicId, partition, memberId)
  }

  /** Takes a member out with all that belongs to it. */
  removeMember(member: ConsumerMember): void {
    const { memberId, instanceId } = member
    this.#release(member)
    this.#members.delete(memberId)
    this.#deadlines.delete(memberId)
    this.#targets.delete(memberId)
    if (instanceId !== null && this.#staticMembers.get(instanceId) === memberId)
      this.#staticMembers.delete(instanceId)
    // in the order in which Kafka takes them back
    for (const type of ['current', 'target', 'member'] as const) this.changed({ type, memberId })
  }

  setTarget(memberId: string, target: Assignment): void {
    this.#targets.set(memberId, target)
  }
  deleteTarget(memberId: string): void {
    this.#targets.delete(memberId)
  }

  changed(change: Change): void {
    this.#changes.add(change)
  }

  takeChanges(): Change[] {
    return this.#changes.take()
  }

  /** Everything there is of it: what to write to have all, or to take back. */
  everything(): Change[] {
    const ids = [...this.#members.keys()]
    return [
      ...ids.map(memberId => ({ type: 'member' as const, memberId })),
      { type: 'group' },
      ...[...this.regexes.keys()].map(pattern => ({ type: 'regex' as const, pattern })),
      ...[...this.#targets.keys()].map(memberId => ({ type: 'target' as const, memberId })),
      { type: 'assignment' },
      ...ids.map(memberId => ({ type: 'current' as const, memberId })),
    ]
  }

  /** When a member is put out unless something is heard of it. */
  deadlineOf(memberId: string): number {
    return earliest(this.deadlinesOf(memberId))
  }

  get nextDeadlineMs(): number {
    let next = never
    for (const deadline of this.#deadlines.values()) next = Math.min(next, earliest(deadline))
    return next
  }

  /** Members whose time is up. */
  overdue(nowMs: number): ConsumerMember[] {
    return [...this.#members.values()].filter(({ memberId }) => this.deadlineOf(memberId) <= nowMs)
  }

  #own(topicId: string, partition: number, memberId: string): void {
    const owners = this.#owners.get(topicId)
    if (owners === undefined) this.#owners.set(topicId, new Map([[partition, memberId]]))
    else owners.set(partition, memberId)
  }

  #release(member: ConsumerMember, next?: ConsumerMember): void {
    for (const [topicId, partition] of heldBy(member)) {
      if (holds(next, topicId, partition)) continue
      const owners = this.#owners.get(topicId)
      // a static member's successor may hold them already
      if (owners?.get(partition) !== member.memberId) continue
      owners.delete(partition)
      if (owners.size === 0) this.#owners.delete(topicId)
    }
  }
}

function* heldBy(member: ConsumerMember): Iterable<[topicId: string, partition: number]> {
  yield* partitionsOf(member.assigned)
  yield* partitionsOf(member.pendingRevocation)
}

function holds(member: ConsumerMember | undefined, topicId: string, partition: number): boolean {
  if (member === undefined) return false
  return has(member.assigned, topicId, partition) || has(member.pendingRevocation, topicId, partition)
}

function earliest({ sessionMs, revocationMs, joinMs, syncMs }: MemberDeadlines): number {
  return Math.min(sessionMs, revocationMs, joinMs, syncMs)
}
