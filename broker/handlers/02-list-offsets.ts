import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { isolationLevels, visibleEnd } from '../partitions/isolation.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import type { Partition } from '../partitions/partition.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { leaderEpochProblem } from './topics.ts'

/*
 * ListOffsets, versions 1 to 11: -1 the end, -2 the start, -3 the record with the largest timestamp, -4 the start of
 * what is kept locally (all of it), -5 and -6 what is kept in other tiers (nothing); any other timestamp the first
 * record at or after it.
 * For who reads committed records the last stable offset is the end. What a version does not know yet is
 * UNSUPPORTED_VERSION, a partition asked about twice INVALID_REQUEST.
 * Left out: followers.
 */
type Request = RequestOf<typeof apis.listOffsets>
type Response = ResponseInput<typeof apis.listOffsets>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionResponse = Response['topics'][number]['partitions'][number]

const special = { latest: -1, earliest: -2, maxTimestamp: -3, earliestLocal: -4 } as const
/** The first version that knows the special timestamp -1, -2, … (KIP-734, KIP-405, KIP-1005, KIP-1023). */
const specialSince = [1, 1, 7, 8, 9, 11] as const

async function listOffsets(request: Request, context: RequestContext): Promise<Response> {
  const topics = await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        groupedByIndex(partitions).map(([asked, isRepeated]) =>
          isRepeated
            ? { partitionIndex: asked.partitionIndex, errorCode: errorCodes.INVALID_REQUEST }
            : answer(name, asked, request.isolationLevel, context),
        ),
      ),
    })),
  )
  return { topics }
}

/** Each partition once, and whether it is asked about more often. */
function groupedByIndex(partitions: PartitionRequest[]): [PartitionRequest, boolean][] {
  const byIndex = Map.groupBy(partitions, ({ partitionIndex }) => partitionIndex)
  return [...byIndex.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [[first, more.length > 0]],
  )
}

function isUnknownTimestamp(timestamp: number, version: number): boolean {
  return timestamp < 0 && version < (specialSince[-1 - timestamp] ?? Number.POSITIVE_INFINITY)
}

async function answer(
  name: string,
  asked: PartitionRequest,
  isolationLevel: number,
  context: RequestContext,
): Promise<PartitionResponse> {
  const { partitionIndex } = asked
  const denied = accessProblem(context, 'DESCRIBE', 'TOPIC', name)
  if (denied !== 0) return { partitionIndex, errorCode: denied }
  const topic = context.services.topics.get(name)
  if (topic === undefined || !topic.hasPartition(partitionIndex))
    return { partitionIndex, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION }
  if (isUnknownTimestamp(asked.timestamp, context.header.apiVersion))
    return { partitionIndex, errorCode: errorCodes.UNSUPPORTED_VERSION }
  const problem = leaderEpochProblem(asked.currentLeaderEpoch)
  if (problem !== 0) return { partitionIndex, errorCode: problem }
  try {
    const found = await find(await topic.partition(partitionIndex), asked.timestamp, isolationLevel)
    const epoch = found.offset < 0 ? -1 : leaderEpoch
    // version 1 to 3 cannot carry an epoch
    const withEpoch = context.header.apiVersion >= 4 ? { leaderEpoch: epoch } : {}
    return { partitionIndex, errorCode: errorCodes.NONE, ...found, ...withEpoch }
  } catch {
    return { partitionIndex, errorCode: errorCodes.KAFKA_STORAGE_ERROR }
  }
}

async function find(
  partition: Partition,
  timestamp: number,
  isolationLevel: number,
): Promise<{ offset: number; timestamp: number }> {
  const { log } = partition
  const end = visibleEnd(partition, isolationLevel === isolationLevels.readCommitted)
  if (timestamp === special.latest) return { offset: end, timestamp: -1 }
  if (timestamp === special.earliest || timestamp === special.earliestLocal)
    return { offset: log.startOffset, timestamp: -1 }
  const largest = Math.max(...log.segments.map(segment => segment.maxTimestampMs))
  const isUnknown = timestamp < special.maxTimestamp || largest < 0
  const found = isUnknown
    ? undefined
    : await log.offsetForTimestamp(timestamp === special.maxTimestamp ? largest : timestamp)
  return found === undefined || found.offset >= end
    ? { offset: -1, timestamp: -1 }
    : { offset: found.offset, timestamp: found.timestampMs }
}

export const handleListOffsets = handler(apis.listOffsets, listOffsets)
