import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * FindCoordinator, versions 0 to 6: one key, from version 4 on several. This broker keeps all groups, transactions and, for
 * keys of the form group:topic-id:partition, how far share groups have come.
 */
type Request = RequestOf<typeof apis.findCoordinator>
type Response = ResponseInput<typeof apis.findCoordinator>

const groupKey = 0
const transactionKey = 1
const shareKey = 2
const severalKeysFrom = 4

async function findCoordinator(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  const { groups, transactions } = context.services
  // so that the first join does not wait for the topic
  if (request.keyType === groupKey) await groups.ready()
  if (request.keyType === transactionKey) await transactions.ready()
  if (apiVersion >= severalKeysFrom)
    return { coordinators: request.coordinatorKeys.map(key => find(key, request.keyType, context)) }
  const { errorCode, errorMessage, nodeId, host, port } = find(request.key, request.keyType, context)
  return { errorCode, errorMessage, nodeId, host, port }
}

function find(key: string, keyType: number, context: RequestContext) {
  if (keyType < groupKey || keyType > shareKey)
    return nowhere(key, errorCodes.INVALID_REQUEST, 'this broker has no coordinator of that type')
  const denied = keyProblem(key, keyType, context)
  if (denied !== 0) return nowhere(key, denied, 'not authorized')
  const { advertised, services } = context
  return { key, nodeId: services.nodeId, ...advertised, errorCode: errorCodes.NONE, errorMessage: null }
}

function keyProblem(key: string, keyType: number, context: RequestContext): number {
  // only brokers ask for these
  if (keyType === shareKey) return accessProblem(context, 'CLUSTER_ACTION', 'CLUSTER')
  return accessProblem(context, 'DESCRIBE', keyType === groupKey ? 'GROUP' : 'TRANSACTIONAL_ID', key)
}

function nowhere(key: string, errorCode: number, errorMessage: string) {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage }
}

export const handleFindCoordinator = handler(apis.findCoordinator, findCoordinator)
