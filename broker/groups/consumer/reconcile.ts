import {
  type Assignment,
  addTo,
  has,
  noAssignment,
  partitionsOf,
  pick,
  type TopicPartitionIds,
} from './assignment.ts'
import type { ConsumerMember, MemberState } from './consumer-member.ts'

export interface ReconcileInput {
  targetEpoch: number
  target: Assignment
  /** Topics that the member asks for now: it gets and keeps no other. */
  topicIds: ReadonlySet<string>
  /** Whether nobody else holds a partition. */
  isFree: (topicId: string, partition: number) => boolean
  /** What the member says it holds; null where it does not say. */
  owned: readonly TopicPartitionIds[] | null
  hasSubscriptionChanged: boolean
}

/**
 * The next step of a member towards its target (KIP-848): first it gives up what is not its any more, then it takes over
 * the new epoch, then it gets partitions as others let go of them. The same object where there is no step to take.
 */
export function reconcile(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  if (member.state === 'Stable' && member.epoch === input.targetEpoch)
    return input.hasSubscriptionChanged ? withoutUnsubscribed(member, input) : member
  if (member.state === 'UnrevokedPartitions' && stillHolds(input.owned, member.pendingRevocation))
    return input.hasSubscriptionChanged ? withoutUnsubscribed(member, input) : member
  return nextStep(member, input)
}

function nextStep(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  const wanted = pick(input.target, topicId => input.topicIds.has(topicId))
  const kept = pick(member.assigned, (topicId, partition) => has(wanted, topicId, partition))
  const revoked = pick(member.assigned, (topicId, partition) => !has(kept, topicId, partition))
  if (stillHolds(input.owned, revoked))
    return withEpoch(member, member.epoch, 'UnrevokedPartitions', kept, revoked)
  let isComplete = true
  for (const [topicId, partition] of partitionsOf(wanted)) {
    // what the member itself is about to give up nobody else can have
    const isOurs = has(member.pendingRevocation, topicId, partition) || has(kept, topicId, partition)
    if (isOurs || input.isFree(topicId, partition)) addTo(kept, topicId, partition)
    else isComplete = false
  }
  const state = isComplete ? 'Stable' : 'UnreleasedPartitions'
  return withEpoch(member, input.targetEpoch, state, kept, noAssignment)
}

/** Takes away at once what the member has unsubscribed from; the rest waits for the next target. */
function withoutUnsubscribed(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  const kept = pick(member.assigned, topicId => input.topicIds.has(topicId))
  const revoked = pick(member.assigned, topicId => !input.topicIds.has(topicId))
  if (revoked.size === 0) return member
  for (const [topicId, partition] of partitionsOf(member.pendingRevocation))
    addTo(revoked, topicId, partition)
  if (stillHolds(input.owned, revoked))
    return withEpoch(member, member.epoch, 'UnrevokedPartitions', kept, revoked)
  return withEpoch(member, member.epoch, member.state, kept, member.pendingRevocation)
}

/** A member that does not say what it holds may hold all it had. */
function stillHolds(owned: readonly TopicPartitionIds[] | null, revoked: Assignment): boolean {
  if (revoked.size === 0) return false
  return owned === null || owned.some(o => o.partitions.some(p => has(revoked, o.topicId, p)))
}

function withEpoch(
  member: ConsumerMember,
  epoch: number,
  state: MemberState,
  assigned: Assignment,
  pendingRevocation: Assignment,
): ConsumerMember {
  return { ...member, epoch, previousEpoch: member.epoch, state, assigned, pendingRevocation }
}
