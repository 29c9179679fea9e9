import type { TopicPartitions } from '../index.ts'

export interface MemberTopics {
  memberId: string
  topics: readonly string[]
}

/**
 * Kafka's range assignor: per topic, members in order of their ids get consecutive partitions, the first ones one more.
 * Source: org.apache.kafka.clients.consumer.RangeAssignor.
 *
 * @example
 * assignRange([{ memberId: 'a', topics: ['t'] }, { memberId: 'b', topics: ['t'] }], new Map([['t', 3]])).get('a')
 * // => [{ topic: 't', partitions: [0, 1] }]
 */
export function assignRange(
  members: readonly MemberTopics[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, TopicPartitions[]> {
  const assigned = new Map<string, TopicPartitions[]>(members.map(member => [member.memberId, []]))
  for (const [topic, count] of partitionCounts) {
    const interested = members
      .filter(member => member.topics.includes(topic))
      .map(member => member.memberId)
      .sort()
    const share = Math.floor(count / interested.length)
    const extra = count % interested.length
    let next = 0
    for (const [i, memberId] of interested.entries()) {
      const length = share + (i < extra ? 1 : 0)
      const partitions = Array.from({ length }, (_, k) => next + k)
      if (length > 0) assigned.get(memberId)?.push({ topic, partitions })
      next += length
    }
  }
  return assigned
}
