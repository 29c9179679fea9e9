import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Transaction, transactionStates } from '../transactions/transaction.ts'
import { handler, type RequestContext } from './handler.ts'
import { namesMatching } from './patterns.ts'

/*
 * ListTransactions, versions 0 to 2: all transactional ids, or those of some states, of some producers, whose
 * transaction began longer ago than a time (v1, KIP-994), whose id matches a pattern as a whole (v2, KIP-1152). States
 * that do not exist are named in the answer.
 */
type Request = RequestOf<typeof apis.listTransactions>
type Response = ResponseInput<typeof apis.listTransactions>

async function listTransactions(request: Request, context: RequestContext): Promise<Response> {
  const { transactions, clock } = context.services
  await transactions.ready()
  const all = [...transactions.all()]
  const ids = all.map(({ transactionalId }) => transactionalId)
  const { transactionalIdPattern: pattern } = request
  const matching = pattern === null || pattern === '' ? new Set(ids) : namesMatching(pattern, ids)
  if (matching === undefined) return answer(errorCodes.INVALID_REGULAR_EXPRESSION)
  const states: readonly string[] = transactionStates
  const unknownStateFilters = request.stateFilters.filter(state => !states.includes(state))
  const producers = new Set(request.producerIdFilters)
  const nowMs = clock.nowMs()
  const isAsked = (transaction: Transaction) =>
    (producers.size === 0 || producers.has(transaction.producerId)) &&
    (request.stateFilters.length === 0 || request.stateFilters.includes(transaction.state)) &&
    (request.durationFilter < 0 || nowMs - transaction.startedAtMs > request.durationFilter) &&
    matching.has(transaction.transactionalId) &&
    context.may('DESCRIBE', 'TRANSACTIONAL_ID', transaction.transactionalId)
  return answer(errorCodes.NONE, unknownStateFilters, all.filter(isAsked))
}

function answer(
  errorCode: number,
  unknownStateFilters: string[] = [],
  found: readonly Transaction[] = [],
): Response {
  const transactionStates = found.map(({ transactionalId, producerId, state }) => ({
    transactionalId,
    producerId: BigInt(producerId),
    transactionState: state,
  }))
  return { throttleTimeMs: 0, errorCode, unknownStateFilters, transactionStates }
}

export const handleListTransactions = handler(apis.listTransactions, listTransactions)
