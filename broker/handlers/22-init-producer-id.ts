import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { fencedCode, producerOf } from './transactions.ts'

/*
 * InitProducerId, versions 0 to 5: a new id with epoch 0 for every idempotent producer, as Kafka does whatever id the
 * producer had. For a transactional id the next epoch, after what the producer before had open is aborted
 * (CONCURRENT_TRANSACTIONS until it is); a producer that says its id and epoch (v3, KIP-360) is fenced where it is no
 * longer the present one. Left out: version 6 (two-phase commit by others, KIP-939).
 */
type Request = RequestOf<typeof apis.initProducerId>
type Response = ResponseInput<typeof apis.initProducerId>

const fencedFrom = 4

async function initProducerId(request: Request, context: RequestContext): Promise<Response> {
  const { transactionalId, transactionTimeoutMs } = request
  const hasId = request.producerId !== -1n
  if (hasId !== (request.producerEpoch !== -1)) return refused(errorCodes.INVALID_REQUEST)
  if (transactionalId === null) return await initIdempotent(context)
  if (transactionalId === '') return refused(errorCodes.INVALID_REQUEST)
  const denied = accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', transactionalId)
  if (denied !== 0) return refused(denied)
  const { transactions } = context.services
  const expected = hasId ? producerOf(request) : undefined
  const outcome = await transactions.initialize(transactionalId, transactionTimeoutMs, expected)
  const errorCode = fencedCode(outcome.errorCode, context.header.apiVersion >= fencedFrom)
  const { producerId, epoch: producerEpoch } = outcome
  return { throttleTimeMs: 0, errorCode, producerId: BigInt(producerId), producerEpoch }
}

async function initIdempotent(context: RequestContext): Promise<Response> {
  // whoever may write to any topic may do so safely (KIP-679)
  const denied = accessProblem(context, 'IDEMPOTENT_WRITE', 'CLUSTER')
  if (denied !== 0 && !context.mayAny('WRITE', 'TOPIC')) return refused(denied)
  try {
    const producerId = BigInt(await context.services.producerIds.next())
    return { throttleTimeMs: 0, errorCode: errorCodes.NONE, producerId, producerEpoch: 0 }
  } catch {
    return refused(errorCodes.COORDINATOR_NOT_AVAILABLE)
  }
}

function refused(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, producerEpoch: -1 }
}

export const handleInitProducerId = handler(apis.initProducerId, initProducerId, { maxVersion: 5 })
