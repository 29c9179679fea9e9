import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import type { Partition } from '../partitions/partition.ts'
import { handler, type RequestContext } from './handler.ts'
import { leaderEpochProblem } from './topics.ts'

/*
 * ListOffsets, versions 1 to 11: -1 the end, -2 the start, -3 the record with the largest timestamp, -4 the start of
 * what is kept locally (all of it), -5 and -6 what is kept in other tiers (nothing); any other timestamp the first
 * record at or after it.
 * Left out: transactions (the last stable offset is the end), followers.
 */
type Request = RequestOf<typeof apis.listOffsets>
type Response = ResponseInput<typeof apis.listOffsets>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionResponse = Response['topics'][number]['partitions'][number]

const special = { latest: -1, earliest: -2, maxTimestamp: -3, earliestLocal: -4 } as const

async function listOffsets(request: Request, context: RequestContext): Promise<Response> {
  const topics = await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(partitions.map(asked => answer(name, asked, context))),
    })),
  )
  return { topics }
}

async function answer(
  name: string,
  asked: PartitionRequest,
  context: RequestContext,
): Promise<PartitionResponse> {
  const { partitionIndex } = asked
  const topic = context.services.topics.get(name)
  if (topic === undefined || !topic.hasPartition(partitionIndex))
    return { partitionIndex, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION }
  const problem = leaderEpochProblem(asked.currentLeaderEpoch)
  if (problem !== 0) return { partitionIndex, errorCode: problem }
  try {
    const found = await find(await topic.partition(partitionIndex), asked.timestamp)
    const epoch = found.offset < 0 ? -1 : leaderEpoch
    // version 1 to 3 cannot carry an epoch
    const withEpoch = context.header.apiVersion >= 4 ? { leaderEpoch: epoch } : {}
    return { partitionIndex, errorCode: errorCodes.NONE, ...found, ...withEpoch }
  } catch {
    return { partitionIndex, errorCode: errorCodes.KAFKA_STORAGE_ERROR }
  }
}

async function find({ log }: Partition, timestamp: number): Promise<{ offset: number; timestamp: number }> {
  if (timestamp === special.latest) return { offset: log.stableOffset, timestamp: -1 }
  if (timestamp === special.earliest || timestamp === special.earliestLocal)
    return { offset: log.startOffset, timestamp: -1 }
  const largest = Math.max(...log.segments.map(segment => segment.maxTimestampMs))
  const isUnknown = timestamp < special.maxTimestamp || largest < 0
  const found = isUnknown
    ? undefined
    : await log.offsetForTimestamp(timestamp === special.maxTimestamp ? largest : timestamp)
  return found === undefined
    ? { offset: -1, timestamp: -1 }
    : { offset: found.offset, timestamp: found.timestampMs }
}

export const handleListOffsets = handler(apis.listOffsets, listOffsets)
