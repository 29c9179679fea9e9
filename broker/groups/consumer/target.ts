import { isSameAssignment, noAssignment } from './assignment.ts'
import type { Assignor, Subscriber } from './assignors/assignor.ts'
import { assignorOf, assignors } from './assignors/table.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { subscribedTopics, type TopicDirectory } from './subscription.ts'

/** Makes the assignment that the group's epoch calls for, where there is none yet. */
export function updateTarget(group: ConsumerGroup, topics: TopicDirectory): void {
  if (group.epoch <= group.assignmentEpoch) return
  const { subscribers, partitionCounts } = subscribersOf(group, topics)
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

function subscribersOf(group: ConsumerGroup, topics: TopicDirectory) {
  const partitionCounts = new Map<string, number>()
  // members mostly ask for the same: they share one set
  const known = new Map<string, ReadonlySet<string>>()
  const topicIdsOf = (member: ConsumerMember) => {
    const key = JSON.stringify([member.topicNames, member.topicRegex])
    const ids = known.get(key)
    if (ids !== undefined) return ids
    const subscribed = subscribedTopics(group, member, topics)
    for (const { id, partitionCount } of subscribed) partitionCounts.set(id, partitionCount)
    const topicIds = new Set(subscribed.map(({ id }) => id))
    known.set(key, topicIds)
    return topicIds
  }
  const subscribers: Subscriber[] = [...group.members.values()].map(member => {
    const { memberId, instanceId } = member
    return { memberId, instanceId, topicIds: topicIdsOf(member), target: group.targetOf(memberId) }
  })
  return { subscribers, partitionCounts }
}

/** What most members that name one name. */
export function preferredAssignor(group: ConsumerGroup): Assignor {
  const votes = new Map<string, number>()
  for (const { serverAssignor } of group.members.values())
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  const [name] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), ['', 0])
  return assignorOf(name) ?? assignors[0]
}
