import { type Refusal, refuse } from '../../refusal.ts'
import { noAssignment } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, leftForAWhile } from './consumer-member.ts'
import { instanceProblem, unknownMember } from './heartbeat.ts'
import { refreshSubscription, type TopicDirectory } from './subscription.ts'

/** Who leaves with a heartbeat, or why it cannot. */
export function leaving(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember | Refusal {
  if (instanceId === null) return group.members.get(memberId) ?? unknownMember(group, memberId)
  const known = group.staticMember(instanceId)
  if (known === undefined) return refuse('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`)
  return instanceProblem(known, memberId, instanceId) ?? known
}

/** A static member that will be back: its partitions stay its own until its session ends. */
export function leaveForAWhile(group: ConsumerGroup, member: ConsumerMember): void {
  group.setMember({ ...member, epoch: leftForAWhile, pendingRevocation: noAssignment })
  group.changed({ type: 'current', memberId: member.memberId })
}

/** Takes members out for good; the next heartbeat of another shares out what they had. */
export function removeMembers(
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  topics: TopicDirectory,
): void {
  if (members.length === 0) return
  for (const member of members) group.removeMember(member)
  refreshSubscription(group, topics)
  group.epoch++
  group.changed({ type: 'group' })
}

/** Whether without these members all speak the classic protocol, so that the group can be a classic one again. */
export function isClassicWithout(
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  maxSize: number,
): boolean {
  const gone = new Set(members.map(({ memberId }) => memberId))
  const rest = [...group.members.values()].filter(({ memberId }) => !gone.has(memberId))
  return rest.length > 0 && rest.length <= maxSize && rest.every(({ classic }) => classic !== null)
}
