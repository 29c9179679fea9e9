import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { OpenTransactions } from '../partitions/open-transactions.ts'
import type { Producer } from '../partitions/producers.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeProducers, version 0: what a partition remembers of its producers: how far they got, and where the transaction
 * begins that they have open. A shipper that restarts learns from it where to go on, so only batches that are durable
 * count.
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
  const denied = accessProblem(context, 'READ', 'TOPIC', name)
  if (denied !== 0) return { partitionIndex, errorCode: denied, activeProducers: [] }
  const topic = context.services.topics.get(name)
  if (topic === undefined || !topic.hasPartition(partitionIndex))
    return { partitionIndex, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION, activeProducers: [] }
  try {
    const { producers } = await topic.partition(partitionIndex)
    return {
      partitionIndex,
      errorCode: errorCodes.NONE,
      activeProducers: [...producers.all()].flatMap(p => stateOf(p, producers.transactions)),
    }
  } catch {
    return { partitionIndex, errorCode: errorCodes.KAFKA_STORAGE_ERROR, activeProducers: [] }
  }
}

function stateOf(
  producer: Producer,
  transactions: OpenTransactions,
): PartitionResponse['activeProducers'][number][] {
  const { producerId, epoch: producerEpoch, batches, coordinatorEpoch } = producer
  const last = batches.findLast(batch => batch.lastOffset !== undefined)
  if (last === undefined && batches.length > 0) return []
  return [
    {
      producerId: BigInt(producerId),
      producerEpoch,
      lastSequence: last?.lastSequence ?? -1,
      lastTimestamp: last?.timestampMs ?? producer.lastActiveMs,
      coordinatorEpoch,
      currentTxnStartOffset: transactions.firstOffsetOf(producerId, Number.POSITIVE_INFINITY) ?? -1,
    },
  ]
}

export const handleDescribeProducers = handler(apis.describeProducers, describeProducers)
