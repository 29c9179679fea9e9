import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeTransactions, version 0: what is known of transactional ids; TRANSACTIONAL_ID_NOT_FOUND of those never used
 * or forgotten.
 */
type Request = RequestOf<typeof apis.describeTransactions>
type Response = ResponseInput<typeof apis.describeTransactions>
type StateResponse = Response['transactionStates'][number]

async function describeTransactions(request: Request, context: RequestContext): Promise<Response> {
  await context.services.transactions.ready()
  return { throttleTimeMs: 0, transactionStates: request.transactionalIds.map(id => describe(id, context)) }
}

function describe(transactionalId: string, context: RequestContext): StateResponse {
  if (transactionalId === '') return nothing(transactionalId, errorCodes.INVALID_REQUEST)
  const denied = accessProblem(context, 'DESCRIBE', 'TRANSACTIONAL_ID', transactionalId)
  if (denied !== 0) return nothing(transactionalId, denied)
  const transaction = context.services.transactions.get(transactionalId)
  if (transaction === undefined) return nothing(transactionalId, errorCodes.TRANSACTIONAL_ID_NOT_FOUND)
  return {
    errorCode: errorCodes.NONE,
    transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedAtMs,
    producerId: BigInt(transaction.producerId),
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions]
      .filter(([topic]) => context.may('DESCRIBE', 'TOPIC', topic))
      .map(([topic, partitions]) => ({
        topic,
        partitions: [...partitions],
      })),
  }
}

function nothing(transactionalId: string, errorCode: number): StateResponse {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0n,
    producerEpoch: 0,
    topics: [],
  }
}

export const handleDescribeTransactions = handler(apis.describeTransactions, describeTransactions)
