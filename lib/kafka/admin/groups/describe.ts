import { type KafkaAdminClient, KafkaError } from '../../client/index.ts'
import { apis, decodeAssignment, errorCodes } from '../../index.ts'
import { coordinated } from '../coordinated.ts'
import { expectDone } from '../outcome.ts'
import { type GroupType, listGroups } from './list.ts'

export interface GroupMemberDescription {
  memberId: string
  /** Of a static member (KIP-345). */
  instanceId: string | null
  clientId: string
  host: string
  /** What it asked for; empty where a classic member does not say. */
  subscribed: string[]
  assignments: { topic: string; partitions: number[] }[]
  /** Where it is to come to, of the newer kinds; undefined of classic ones. */
  target: { topic: string; partitions: number[] }[] | undefined
}

export interface FullGroupDescription {
  group: string
  type: GroupType
  state: string
  /** Who divides the partitions: `range`, `uniform`. */
  assignor: string
  /** Of the group's state, which every change raises; undefined of classic ones. */
  epoch: number | undefined
  members: GroupMemberDescription[]
}

/** A group of any kind. Errors: KAFKA_GROUP_ID_NOT_FOUND and Kafka's others. */
export async function describeGroup(client: KafkaAdminClient, group: string): Promise<FullGroupDescription> {
  const listed = (await listGroups(client)).find(listing => listing.group === group)
  if (listed === undefined) throw new KafkaError(errorCodes.GROUP_ID_NOT_FOUND, `there is no group ${group}`)
  return await describeListed(client, listed)
}

/** A group that was listed. Of a streams group the members are not asked for. */
export async function describeListed(
  client: KafkaAdminClient,
  { group, type, state }: { group: string; type: GroupType; state: string },
): Promise<FullGroupDescription> {
  if (type === 'streams') return { group, type, state, assignor: '', epoch: undefined, members: [] }
  const describe = { classic: describeClassic, consumer: describeConsumer, share: describeShare }[type]
  return await coordinated(client, { group }, () => describe(client, group))
}

async function describeClassic(client: KafkaAdminClient, group: string): Promise<FullGroupDescription> {
  const answer = await client.request(apis.describeGroups, { groups: [group] }, { group })
  const found = answer.groups[0]
  expectDone(found?.errorCode, found?.errorMessage, `describing group ${group}`)
  const members = (found?.members ?? []).map(m => ({
    memberId: m.memberId,
    instanceId: m.groupInstanceId,
    clientId: m.clientId,
    host: m.clientHost,
    subscribed: [],
    // other protocols than the consumers' put other things there
    assignments: found?.protocolType === 'consumer' ? decodeAssignment(m.memberAssignment) : [],
    target: undefined,
  }))
  const assignor = found?.protocolData ?? ''
  return { group, type: 'classic', state: found?.groupState ?? '', assignor, epoch: undefined, members }
}

async function describeConsumer(client: KafkaAdminClient, group: string): Promise<FullGroupDescription> {
  const answer = await client.request(
    apis.consumerGroupDescribe,
    { groupIds: [group], includeAuthorizedOperations: false },
    { group },
  )
  const found = answer.groups[0]
  expectDone(found?.errorCode, found?.errorMessage, `describing group ${group}`)
  const members = (found?.members ?? []).map(m => ({
    memberId: m.memberId,
    instanceId: m.instanceId,
    clientId: m.clientId,
    host: m.clientHost,
    subscribed:
      m.subscribedTopicRegex === null || m.subscribedTopicRegex === ''
        ? m.subscribedTopicNames
        : [m.subscribedTopicRegex],
    assignments: named(m.assignment.topicPartitions),
    target: named(m.targetAssignment.topicPartitions),
  }))
  const { groupState: state = '', assignorName: assignor = '', groupEpoch: epoch } = found ?? {}
  return { group, type: 'consumer', state, assignor, epoch, members }
}

async function describeShare(client: KafkaAdminClient, group: string): Promise<FullGroupDescription> {
  const answer = await client.request(
    apis.shareGroupDescribe,
    { groupIds: [group], includeAuthorizedOperations: false },
    { group },
  )
  const found = answer.groups[0]
  expectDone(found?.errorCode, found?.errorMessage, `describing group ${group}`)
  const members = (found?.members ?? []).map(m => ({
    memberId: m.memberId,
    instanceId: null,
    clientId: m.clientId,
    host: m.clientHost,
    subscribed: m.subscribedTopicNames,
    assignments: named(m.assignment.topicPartitions),
    target: undefined,
  }))
  const { groupState: state = '', assignorName: assignor = '', groupEpoch: epoch } = found ?? {}
  return { group, type: 'share', state, assignor, epoch, members }
}

function named(assigned: readonly { topicName: string; partitions: number[] }[]) {
  return assigned.map(({ topicName, partitions }) => ({ topic: topicName, partitions }))
}
