import type { KafkaClient } from '../../lib/kafka/client/index.ts'

/** True when every partition of the topics is assigned to some member of the group, or the group is not settled yet. */
export async function coversAll(
  client: Pick<KafkaClient, 'metadata' | 'describeGroup'>,
  group: string,
  topics: readonly string[],
): Promise<boolean> {
  const { state, members } = await client.describeGroup(group)
  if (state !== 'Stable') return true
  const assigned = new Set(
    members.flatMap(member =>
      member.assignments.flatMap(({ topic, partitions }) =>
        partitions.map(partition => `${topic}-${partition}`),
      ),
    ),
  )
  const known = await client.metadata(topics)
  return [...known].every(([topic, { leaders }]) =>
    leaders.every((_, partition) => assigned.has(`${topic}-${partition}`)),
  )
}
