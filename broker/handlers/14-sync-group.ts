import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * SyncGroup, versions 0 to 5: answered once the leader has brought the assignments and they are written down. What
 * they say is the clients' own affair: the bytes are carried. From version 5 on the request must name the protocol and
 * its type (KIP-559). In a group of the consumer protocol the assignment is the broker's, answered at once.
 */
type Request = RequestOf<typeof apis.syncGroup>
type Response = ResponseInput<typeof apis.syncGroup>

const protocolFrom = 5

async function syncGroup(request: Request, context: RequestContext): Promise<Response> {
  const problem = groupProblem(context, 'READ', request.groupId)
  if (problem !== 0) return refused(problem)
  const isNamed = request.protocolType !== null && request.protocolName !== null
  if (context.header.apiVersion >= protocolFrom && !isNamed)
    return refused(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
  const { groups } = context.services
  await groups.ready()
  const outcome = await groups.members.sync(request.groupId, {
    memberId: request.memberId,
    instanceId: request.groupInstanceId,
    generation: request.generationId,
    protocolType: request.protocolType,
    protocol: request.protocolName,
    assignments: request.assignments,
  })
  const { errorCode, protocolType, protocol: protocolName, assignment } = outcome
  return { errorCode, protocolType, protocolName, assignment }
}

function refused(errorCode: number): Response {
  return { errorCode, assignment: Buffer.alloc(0) }
}

export const handleSyncGroup = handler(apis.syncGroup, syncGroup)
