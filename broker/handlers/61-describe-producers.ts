import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { Producer } from '../partitions/producers.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeProducers, version 0: what a partition remembers of its idempotent producers. A shipper that restarts learns
 * from it how far it got, so only batches that are durable count. Left out: transactions.
 */
type Request = RequestOf<typeof apis.describeProducers>
type Response = ResponseInput<typeof apis.describeProducers>
type PartitionResponse = Response['topics'][number]['partitions'][number]

async function describeProducers(request: Request, context: RequestContext): Promise<Response> {
  const topics = await Promise.all(
    request.topics.map(async ({ name, partitionIndexes }) => ({
      name,
      partitions: await Promise.all(partitionIndexes.map(index => describe(name, index, context))),
    })),
  )
  return { throttleTimeMs: 0, topics }
}

async function describe(
  name: string,
  partitionIndex: number,
  context: RequestContext,
): Promise<PartitionResponse> {
  const topic = context.services.topics.get(name)
  if (topic === undefined || !topic.hasPartition(partitionIndex))
    return { partitionIndex, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION, activeProducers: [] }
  try {
    const { producers } = await topic.partition(partitionIndex)
    return {
      partitionIndex,
      errorCode: errorCodes.NONE,
      activeProducers: [...producers.all()].flatMap(stateOf),
    }
  } catch {
    return { partitionIndex, errorCode: errorCodes.KAFKA_STORAGE_ERROR, activeProducers: [] }
  }
}

function stateOf(producer: Producer): PartitionResponse['activeProducers'][number][] {
  const last = producer.batches.findLast(batch => batch.lastOffset !== undefined)
  if (last === undefined) return []
  return [
    {
      producerId: BigInt(producer.producerId),
      producerEpoch: producer.epoch,
      lastSequence: last.lastSequence,
      lastTimestamp: last.timestampMs,
      coordinatorEpoch: -1,
    },
  ]
}

export const handleDescribeProducers = handler(apis.describeProducers, describeProducers)
