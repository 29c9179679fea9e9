import { isSameAssignment, noAssignment } from './assignment.ts'
import type { Assignor, Subscriber } from './assignors/assignor.ts'
import { assignorOf, assignors } from './assignors/table.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { subscribedTopics, type TopicDirectory } from './subscription.ts'

/** Makes the assignment that the group's epoch calls for, where there is none yet. */
export function updateTarget(group: ConsumerGroup, topics: TopicDirectory): void {
  if (group.epoch <= group.assignmentEpoch) return
  const partitionCounts = new Map<string, number>()
  const subscribers: Subscriber[] = []
  for (const member of group.members.values()) {
    const subscribed = subscribedTopics(group, member, topics)
    for (const { id, partitionCount } of subscribed) partitionCounts.set(id, partitionCount)
    const { memberId, instanceId } = member
    const topicIds = new Set(subscribed.map(({ id }) => id))
    subscribers.push({ memberId, instanceId, topicIds, target: group.targetOf(memberId) })
  }
  const assigned = preferredAssignor(group).assign(subscribers, partitionCounts)
  for (const memberId of group.members.keys()) {
    const target = assigned.get(memberId) ?? noAssignment
    if (group.targets.has(memberId) && isSameAssignment(target, group.targetOf(memberId))) continue
    group.setTarget(memberId, target)
    group.changed({ type: 'target', memberId })
  }
  group.assignmentEpoch = group.epoch
  group.changed({ type: 'assignment' })
}

/** What most members that name one name. */
export function preferredAssignor(group: ConsumerGroup): Assignor {
  const votes = new Map<string, number>()
  for (const { serverAssignor } of group.members.values())
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  const [name] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), ['', 0])
  return assignorOf(name) ?? assignors[0]
}
