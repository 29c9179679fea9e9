import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * InitProducerId, versions 0 to 5: a new id with epoch 0 for every idempotent producer, as Kafka does whatever id the
 * producer had. Left out: transactional ids (INVALID_REQUEST, which clients do not retry).
 */
type Request = RequestOf<typeof apis.initProducerId>
type Response = ResponseInput<typeof apis.initProducerId>

async function initProducerId(request: Request, context: RequestContext): Promise<Response> {
  if (request.transactionalId !== null) return refused(errorCodes.INVALID_REQUEST)
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
