import { type KafkaAdminClient, KafkaError } from '../../client/index.ts'
import { apis, errorCodes } from '../../index.ts'
import { coordinated } from '../coordinated.ts'
import { byTopic } from '../grouped.ts'
import { expectDone } from '../outcome.ts'
import type { Place } from '../partition-offsets.ts'

/** Forgets a group of any kind and its offsets. Errors: KAFKA_NON_EMPTY_GROUP, KAFKA_GROUP_ID_NOT_FOUND. */
export async function deleteGroup(client: KafkaAdminClient, group: string): Promise<void> {
  await coordinated(client, { group }, () => deleteOnce(client, group))
}

async function deleteOnce(client: KafkaAdminClient, group: string): Promise<void> {
  const answer = await client.request(apis.deleteGroups, { groupsNames: [group] }, { group })
  const code = answer.results[0]?.errorCode
  if (code === errorCodes.NON_EMPTY_GROUP)
    throw new KafkaError(code, `group ${group} has members: stop its consumers, then delete it`)
  if (code === errorCodes.GROUP_ID_NOT_FOUND) throw new KafkaError(code, `there is no group ${group}`)
  expectDone(code, null, `deleting group ${group}`)
}

/** Forgets a group's offsets of some partitions. Errors: KAFKA_GROUP_SUBSCRIBED_TO_TOPIC. */
export async function deleteGroupOffsets(
  client: KafkaAdminClient,
  group: string,
  places: readonly Place[],
): Promise<void> {
  const topics = byTopic(places).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition })),
  }))
  const doing = `deleting offsets of group ${group}`
  const answer = await client.request(apis.offsetDelete, { groupId: group, topics }, { group })
  expectDone(answer.errorCode, null, doing)
  for (const { partitions } of answer.topics)
    for (const { errorCode } of partitions) expectDone(errorCode, null, doing)
}
