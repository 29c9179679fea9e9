import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { fencedCode, producerOf } from './transactions.ts'

/*
 * EndTxn, versions 0 to 5: commits or aborts; answered when the decision is durable, carried to the partitions after
 * that. From version 5 on the producer speaks transactions v2 (KIP-890): its epoch is raised, and the answer says with
 * which id and epoch it goes on.
 */
type Request = RequestOf<typeof apis.endTxn>
type Response = ResponseInput<typeof apis.endTxn>

const fencedFrom = 2
const secondProtocolFrom = 5

async function endTxn(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  const { transactionalId, committed: isCommit } = request
  if (transactionalId === '') return { throttleTimeMs: 0, errorCode: errorCodes.INVALID_REQUEST }
  const denied = accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', transactionalId)
  if (denied !== 0) return { throttleTimeMs: 0, errorCode: denied }
  const ended = await context.services.transactions.end(
    transactionalId,
    { ...producerOf(request), isCommit },
    apiVersion >= secondProtocolFrom ? 2 : 1,
  )
  return {
    throttleTimeMs: 0,
    errorCode: fencedCode(ended.errorCode, apiVersion >= fencedFrom),
    producerId: BigInt(ended.producerId),
    producerEpoch: ended.epoch,
  }
}

export const handleEndTxn = handler(apis.endTxn, endTxn)
