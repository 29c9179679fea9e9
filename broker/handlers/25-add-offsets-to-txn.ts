import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { offsetsTopic } from '../topics/names.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { fencedCode, producerOf } from './transactions.ts'

/*
 * AddOffsetsToTxn, versions 0 to 4: a transaction is about to commit offsets of a group; the partition of the offsets
 * topic where the group is written becomes part of it.
 */
type Request = RequestOf<typeof apis.addOffsetsToTxn>
type Response = ResponseInput<typeof apis.addOffsetsToTxn>

const fencedFrom = 2
const firstProtocol = 1

async function addOffsetsToTxn(request: Request, context: RequestContext): Promise<Response> {
  const { groups, transactions } = context.services
  const { transactionalId, groupId } = request
  if (transactionalId === '') return { throttleTimeMs: 0, errorCode: errorCodes.INVALID_REQUEST }
  const denied =
    accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', transactionalId) ||
    accessProblem(context, 'READ', 'GROUP', groupId)
  if (denied !== 0) return { throttleTimeMs: 0, errorCode: denied }
  const partitions = new Map([[offsetsTopic, new Set([await groups.partitionOf(groupId)])]])
  const added = await transactions.addPartitions(
    transactionalId,
    producerOf(request),
    partitions,
    firstProtocol,
  )
  return { throttleTimeMs: 0, errorCode: fencedCode(added, context.header.apiVersion >= fencedFrom) }
}

export const handleAddOffsetsToTxn = handler(apis.addOffsetsToTxn, addOffsetsToTxn)
