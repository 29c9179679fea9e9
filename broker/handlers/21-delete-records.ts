import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { internalTopics } from '../topics/names.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DeleteRecords, versions 0 to 2: moves the start of partitions up to an offset, -1 to the high watermark, durably before
 * the answer. Past it OFFSET_OUT_OF_RANGE, below the start nothing happens. Topics that are only compacted keep their
 * records (POLICY_VIOLATION), internal ones too (INVALID_TOPIC_EXCEPTION).
 */
type Request = RequestOf<typeof apis.deleteRecords>
type Response = ResponseInput<typeof apis.deleteRecords>
type PartitionResult = Response['topics'][number]['partitions'][number]

const highWatermark = -1
const unknownWatermark = -1

async function deleteRecords(request: Request, context: RequestContext): Promise<Response> {
  const topics = await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(({ partitionIndex, offset }) => remove(name, partitionIndex, offset, context)),
      ),
    })),
  )
  return { throttleTimeMs: 0, topics }
}

async function remove(
  name: string,
  partitionIndex: number,
  offset: number,
  context: RequestContext,
): Promise<PartitionResult> {
  const failed = (errorCode: number) => ({ partitionIndex, lowWatermark: unknownWatermark, errorCode })
  const topic = context.services.topics.get(name)
  const denied = accessProblem(context, 'DELETE', 'TOPIC', name)
  if (denied !== 0) return failed(denied)
  if (internalTopics.has(name)) return failed(errorCodes.INVALID_TOPIC_EXCEPTION)
  if (topic === undefined || !topic.hasPartition(partitionIndex))
    return failed(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  if (!topic.settings.isDeleted) return failed(errorCodes.POLICY_VIOLATION)
  try {
    const { log, waiters } = await topic.partition(partitionIndex)
    const before = offset === highWatermark ? log.stableOffset : offset
    if (before < 0 || before > log.stableOffset) return failed(errorCodes.OFFSET_OUT_OF_RANGE)
    await log.deleteBefore(before, { durable: true })
    waiters.changed()
    return { partitionIndex, lowWatermark: log.startOffset, errorCode: errorCodes.NONE }
  } catch (error) {
    context.services.logger.error('records could not be deleted', {
      topic: name,
      partition: partitionIndex,
      error: messageOf(error),
    })
    return failed(errorCodes.KAFKA_STORAGE_ERROR)
  }
}

export const handleDeleteRecords = handler(apis.deleteRecords, deleteRecords)
