import { addTo } from '../assignment.ts'
import type { Assignor, Subscriber } from './assignor.ts'

/**
 * Of each topic every subscriber gets a range of partitions in a row, the first ones one more where they do not divide
 * evenly. Topics with the same count of partitions and the same subscribers are divided alike (co-partitioning).
 */
export const range: Assignor = {
  name: 'range',
  assign(subscribers, partitionCounts) {
    const targets = new Map(subscribers.map(({ memberId }) => [memberId, new Map<string, Set<number>>()]))
    const inOrder = [...subscribers].sort(byOrder)
    for (const [topicId, count] of partitionCounts) {
      const takers = inOrder.filter(({ topicIds }) => topicIds.has(topicId))
      const least = Math.floor(count / takers.length)
      const oneMore = count % takers.length
      let next = 0
      for (const [i, { memberId }] of takers.entries()) {
        const end = next + least + (i < oneMore ? 1 : 0)
        for (; next < end; next++) addTo(targets.get(memberId) as Map<string, Set<number>>, topicId, next)
      }
    }
    return targets
  },
}

/** Static members keep their place through restarts: by instance id, and before the others. */
function byOrder(a: Subscriber, b: Subscriber): number {
  if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId)
  if (a.instanceId !== null) return -1
  return b.instanceId === null ? compare(a.memberId, b.memberId) : 1
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
