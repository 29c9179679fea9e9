import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { leaderEpochProblem } from './topics.ts'

/*
 * OffsetForLeaderEpoch, versions 2 to 4 (KIP-320): where an epoch ended, by which a client finds out whether the log was
 * cut. One node never changes leaders: its epoch ends where the log does, a newer one is undefined (-1, -1).
 */
type Request = RequestOf<typeof apis.offsetForLeaderEpoch>
type Response = ResponseInput<typeof apis.offsetForLeaderEpoch>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionResponse = Response['topics'][number]['partitions'][number]

const undefinedEpoch = { leaderEpoch: -1, endOffset: -1 }

async function offsetForLeaderEpoch(request: Request, context: RequestContext): Promise<Response> {
  const topics = await Promise.all(
    request.topics.map(async ({ topic, partitions }) => ({
      topic,
      partitions: await Promise.all(partitions.map(asked => endOf(topic, asked, context))),
    })),
  )
  return { topics }
}

async function endOf(
  name: string,
  asked: PartitionRequest,
  context: RequestContext,
): Promise<PartitionResponse> {
  const { partition } = asked
  const failed = (errorCode: number) => ({ partition, errorCode, ...undefinedEpoch })
  const denied = accessProblem(context, 'DESCRIBE', 'TOPIC', name)
  if (denied !== 0) return failed(denied)
  const topic = context.services.topics.get(name)
  if (topic === undefined || !topic.hasPartition(partition))
    return failed(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  const problem = leaderEpochProblem(asked.currentLeaderEpoch)
  if (problem !== 0) return failed(problem)
  try {
    const { epochs, log } = await topic.partition(partition)
    return { partition, errorCode: errorCodes.NONE, ...epochs.endOf(asked.leaderEpoch, log.stableOffset) }
  } catch {
    return failed(errorCodes.KAFKA_STORAGE_ERROR)
  }
}

export const handleOffsetForLeaderEpoch = handler(apis.offsetForLeaderEpoch, offsetForLeaderEpoch)
