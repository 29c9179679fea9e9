import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { groupIdProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * FindCoordinator, versions 0 to 6: one key, from version 4 on several. This broker keeps all groups and, for
 * keys of the form group:topic-id:partition, how far share groups have come. Transactional ids have no coordinator:
 * INVALID_REQUEST, which clients do not retry.
 */
type Request = RequestOf<typeof apis.findCoordinator>
type Response = ResponseInput<typeof apis.findCoordinator>

const groupKey = 0
const shareKey = 2
const severalKeysFrom = 4

async function findCoordinator(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  // so that the first join does not wait for the topic
  if (request.keyType === groupKey) await context.services.groups.ready()
  if (apiVersion >= severalKeysFrom)
    return { coordinators: request.coordinatorKeys.map(key => find(key, request.keyType, context)) }
  const { errorCode, errorMessage, nodeId, host, port } = find(request.key, request.keyType, context)
  return { errorCode, errorMessage, nodeId, host, port }
}

function find(key: string, keyType: number, context: RequestContext) {
  if (keyType !== groupKey && keyType !== shareKey)
    return nowhere(key, errorCodes.INVALID_REQUEST, 'this broker has no coordinator of that type')
  const problem = groupIdProblem(key)
  if (problem !== 0) return nowhere(key, problem, 'the group id is empty')
  const { advertised, services } = context
  return { key, nodeId: services.nodeId, ...advertised, errorCode: errorCodes.NONE, errorMessage: null }
}

function nowhere(key: string, errorCode: number, errorMessage: string) {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage }
}

export const handleFindCoordinator = handler(apis.findCoordinator, findCoordinator)
