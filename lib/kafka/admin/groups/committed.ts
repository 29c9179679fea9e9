import type { KafkaAdminClient } from '../../client/index.ts'
import { apis } from '../../index.ts'
import { coordinated } from '../coordinated.ts'
import { expectDone } from '../outcome.ts'
import type { PlaceOffset } from '../partition-offsets.ts'
import type { GroupType } from './list.ts'

/** How far a group has come, in every partition of which it said so; of a share group, where it begins. */
export async function committedOffsets(
  client: KafkaAdminClient,
  group: string,
  type: GroupType,
): Promise<PlaceOffset[]> {
  const ask = () => (type === 'share' ? ofShare(client, group) : ofConsumers(client, group))
  return await coordinated(client, { group }, ask)
}

async function ofConsumers(client: KafkaAdminClient, group: string): Promise<PlaceOffset[]> {
  const answer = await client.request(apis.offsetFetch, { groupId: group, topics: null }, { group })
  expectDone(answer.errorCode, null, `asking for the offsets of group ${group}`)
  return answer.topics
    .flatMap(({ name, partitions }) =>
      partitions.map(p => {
        expectDone(
          p.errorCode,
          null,
          `asking for the offset of group ${group} in ${name}-${p.partitionIndex}`,
        )
        return { topic: name, partition: p.partitionIndex, offset: p.committedOffset }
      }),
    )
    .filter(({ offset }) => offset >= 0)
}

async function ofShare(client: KafkaAdminClient, group: string): Promise<PlaceOffset[]> {
  const body = { groups: [{ groupId: group, topics: null }] }
  const answer = await client.request(apis.describeShareGroupOffsets, body, { group })
  const found = answer.groups[0]
  expectDone(found?.errorCode, found?.errorMessage, `asking for the offsets of group ${group}`)
  return (found?.topics ?? [])
    .flatMap(({ topicName, partitions }) =>
      partitions.map(p => {
        expectDone(
          p.errorCode,
          p.errorMessage,
          `asking for the offset of group ${group} in ${topicName}-${p.partitionIndex}`,
        )
        return { topic: topicName, partition: p.partitionIndex, offset: p.startOffset }
      }),
    )
    .filter(({ offset }) => offset >= 0)
}
