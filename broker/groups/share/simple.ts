import { addTo } from '../consumer/assignment.ts'
import type { Assignor, Subscriber } from '../consumer/assignors/assignor.ts'

/**
 * Kafka's assignor of share groups: every partition has a member and every member a partition, as evenly as that goes.
 * Where there are more members than partitions, several share one. Members that ask for the same topics are taken together.
 */
export const simple: Assignor = {
  name: 'simple',
  assign(subscribers, partitionCounts) {
    const targets = new Map(subscribers.map(({ memberId }) => [memberId, new Map<string, Set<number>>()]))
    const inOrder = [...subscribers].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
    for (const { topicIds, takers } of bySubscribers(inOrder, partitionCounts)) {
      const partitions = topicIds.flatMap(topicId =>
        Array.from({ length: partitionCounts.get(topicId) ?? 0 }, (_, partition) => ({ topicId, partition })),
      )
      const pairs = partitions.length === 0 ? 0 : Math.max(partitions.length, takers.length)
      for (let i = 0; i < pairs; i++) {
        const { topicId, partition } = partitions[i % partitions.length] as (typeof partitions)[number]
        const { memberId } = takers[i % takers.length] as Subscriber
        addTo(targets.get(memberId) as Map<string, Set<number>>, topicId, partition)
      }
    }
    return targets
  },
}

/** Topics with the same subscribers, together. */
function bySubscribers(subscribers: readonly Subscriber[], partitionCounts: ReadonlyMap<string, number>) {
  const found = new Map<string, { topicIds: string[]; takers: Subscriber[] }>()
  for (const topicId of [...partitionCounts.keys()].sort()) {
    const takers = subscribers.filter(({ topicIds }) => topicIds.has(topicId))
    const key = JSON.stringify(takers.map(({ memberId }) => memberId))
    const known = found.get(key)
    if (known !== undefined) known.topicIds.push(topicId)
    else if (takers.length > 0) found.set(key, { topicIds: [topicId], takers })
  }
  return found.values()
}
