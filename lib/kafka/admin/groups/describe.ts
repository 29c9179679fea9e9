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
  /** Of streams groups: what it works on; undefined of others. */
  tasks?: StreamsTasks | undefined
}

/** Tasks by subtopology: at work, kept ready, and on their way to another member (KIP-1071). */
export interface StreamsTasks {
  active: SubtopologyTasks[]
  standby: SubtopologyTasks[]
  warmup: SubtopologyTasks[]
}

export interface SubtopologyTasks {
  subtopology: string
  partitions: number[]
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

/** A group that was listed. */
export async function describeListed(
  client: KafkaAdminClient,
  { group, type }: { group: string; type: GroupType },
): Promise<FullGroupDescription> {
  const describe = {
    classic: describeClassic,
    consumer: describeConsumer,
    share: describeShare,
    streams: describeStreams,
  }[type]
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

async function describeStreams(client: KafkaAdminClient, group: string): Promise<FullGroupDescription> {
  const answer = await client.request(
    apis.streamsGroupDescribe,
    { groupIds: [group], includeAuthorizedOperations: false },
    { group },
  )
  const found = answer.groups[0]
  expectDone(found?.errorCode, found?.errorMessage, `describing group ${group}`)
  const sources = new Map(
    (found?.topology?.subtopologies ?? []).map(one => [
      one.subtopologyId,
      [...one.sourceTopics, ...one.repartitionSourceTopics.map(({ name }) => name)],
    ]),
  )
  const read = (tasks: readonly { subtopologyId: string; partitions: number[] }[]) =>
    tasks.flatMap(({ subtopologyId, partitions }) =>
      (sources.get(subtopologyId) ?? []).map(topic => ({ topic, partitions })),
    )
  const members = (found?.members ?? []).map(m => ({
    memberId: m.memberId,
    instanceId: m.instanceId,
    clientId: m.clientId,
    host: m.clientHost,
    subscribed: [...new Set([...sources.values()].flat())],
    assignments: read(m.assignment.activeTasks),
    target: read(m.targetAssignment.activeTasks),
    tasks: {
      active: tasksOf(m.assignment.activeTasks),
      standby: tasksOf(m.assignment.standbyTasks),
      warmup: tasksOf(m.assignment.warmupTasks),
    },
  }))
  const { groupState: state = '', groupEpoch: epoch } = found ?? {}
  return { group, type: 'streams', state, assignor: '', epoch, members }
}

function tasksOf(tasks: readonly { subtopologyId: string; partitions: number[] }[]): SubtopologyTasks[] {
  return tasks.map(({ subtopologyId, partitions }) => ({ subtopology: subtopologyId, partitions }))
}

function named(assigned: readonly { topicName: string; partitions: number[] }[]) {
  return assigned.map(({ topicName, partitions }) => ({ topic: topicName, partitions }))
}
