import { errorCodes } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { type Acknowledgement, areValid } from '../share/acknowledgement.ts'
import type { OpenedShare } from '../share/opened-share.ts'
import type { SharePartitionId } from '../share/share-sessions.ts'
import { groupRefusal, topicProblem } from './authorized.ts'
import type { RequestContext } from './handler.ts'

/** What ShareFetch and ShareAcknowledge have in common. */
export interface ShareRequest {
  groupId: string | null
  memberId: string | null
  shareSessionEpoch: number
  isRenewAck: boolean
  topics: readonly {
    topicId: string
    partitions: readonly { partitionIndex: number; acknowledgementBatches: Acknowledgement[] }[]
  }[]
}

export interface ShareMemberName {
  groupId: string
  memberId: string
}

/** The first version with renewals (KIP-1222). */
const renewFrom = 2
/** A member id is a uuid; a longer one is none. */
const maxMemberIdLength = 36

export function memberNamed(
  { groupId, memberId }: ShareRequest,
  context: RequestContext,
): ShareMemberName | Refusal {
  if (groupId === null || groupId === '') return refuse('INVALID_REQUEST', 'the group id is empty')
  if (memberId === null || memberId === '' || memberId.length > maxMemberIdLength)
    return refuse('INVALID_REQUEST', 'the member id is empty or too long')
  return groupRefusal(context, 'READ', groupId) ?? { groupId, memberId }
}

export function partitionsNamed({ topics }: ShareRequest): SharePartitionId[] {
  return topics.flatMap(({ topicId, partitions }) =>
    partitions.map(({ partitionIndex: partition }) => ({ topicId, partition })),
  )
}

export function hasAcknowledgements({ topics }: ShareRequest): boolean {
  return topics.some(t => t.partitions.some(p => p.acknowledgementBatches.length > 0))
}

/** The partition as the group has it, or Kafka's code where it is not there or the client may not read it. */
export async function openShare(
  key: SharePartitionId & { groupId: string },
  context: RequestContext,
): Promise<OpenedShare | number> {
  const { share, topics } = context.services
  const denied = topicProblem(context, 'READ', topics.getById(key.topicId), '')
  return denied === 0 ? await share.open(key) : denied
}

/** Acknowledges all that the request brings; Kafka's code by partition, for those that bring something. */
export async function acknowledgeAll(
  request: ShareRequest,
  { groupId, memberId }: ShareMemberName,
  context: RequestContext,
): Promise<(SharePartitionId & { errorCode: number })[]> {
  const mayRenew = context.header.apiVersion >= renewFrom && request.isRenewAck
  const asked = request.topics.flatMap(({ topicId, partitions }) =>
    partitions
      .filter(({ acknowledgementBatches: batches }) => batches.length > 0)
      .map(({ partitionIndex: partition, acknowledgementBatches: batches }) => ({
        topicId,
        partition,
        batches,
      })),
  )
  return await Promise.all(
    asked.map(async ({ topicId, partition, batches }) => {
      if (!areValid(batches, mayRenew)) return { topicId, partition, errorCode: errorCodes.INVALID_REQUEST }
      const opened = await openShare({ groupId, topicId, partition }, context)
      const errorCode = typeof opened === 'number' ? opened : await opened.live.acknowledge(memberId, batches)
      return { topicId, partition, errorCode }
    }),
  )
}

/** Answers of partitions in the order in which they came, by topic. */
export function byTopic<P>(
  answers: readonly { topicId: string; answer: P }[],
): { topicId: string; partitions: P[] }[] {
  const topics = new Map<string, P[]>()
  for (const { topicId, answer } of answers) {
    const partitions = topics.get(topicId)
    if (partitions === undefined) topics.set(topicId, [answer])
    else partitions.push(answer)
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }))
}

/** A single node has no other leader to name. */
export const noLeader = { leaderId: -1, leaderEpoch: -1 }
