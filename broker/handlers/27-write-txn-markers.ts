import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { writeMarker } from '../transactions/marker-writer.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * WriteTxnMarkers, versions 1 and 2: ends a producer's transaction in the partitions named, whatever its coordinator
 * thinks. For an administrator who aborts a transaction that hangs in a partition (kafka-transactions.sh).
 */
type Request = RequestOf<typeof apis.writeTxnMarkers>
type Response = ResponseInput<typeof apis.writeTxnMarkers>
type MarkerRequest = Request['markers'][number]

async function writeTxnMarkers(request: Request, context: RequestContext): Promise<Response> {
  const denied = context.may('ALTER', 'CLUSTER') ? 0 : accessProblem(context, 'CLUSTER_ACTION', 'CLUSTER')
  return { markers: await Promise.all(request.markers.map(asked => write(asked, denied, context))) }
}

async function write(asked: MarkerRequest, denied: number, context: RequestContext) {
  const marker = {
    producerId: Number(asked.producerId),
    epoch: asked.producerEpoch,
    isCommit: asked.transactionResult,
    coordinatorEpoch: asked.coordinatorEpoch,
    transactionVersion: asked.transactionVersion,
  }
  const topics = await Promise.all(
    asked.topics.map(async ({ name, partitionIndexes }) => ({
      name,
      partitions: await Promise.all(
        partitionIndexes.map(async partitionIndex => ({
          partitionIndex,
          errorCode: denied || (await writeMarker(context.services, name, partitionIndex, marker)),
        })),
      ),
    })),
  )
  return { producerId: asked.producerId, topics }
}

export const handleWriteTxnMarkers = handler(apis.writeTxnMarkers, writeTxnMarkers)
