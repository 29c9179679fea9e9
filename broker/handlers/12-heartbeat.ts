import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/* Heartbeat, versions 0 to 4: keeps a member's session; REBALANCE_IN_PROGRESS tells it to join again. */
type Request = RequestOf<typeof apis.heartbeat>
type Response = ResponseInput<typeof apis.heartbeat>

async function heartbeat(request: Request, context: RequestContext): Promise<Response> {
  const problem = groupProblem(context, 'READ', request.groupId)
  if (problem !== 0) return { errorCode: problem }
  const { groups } = context.services
  await groups.ready()
  const { memberId, groupInstanceId: instanceId, generationId: generation } = request
  return { errorCode: groups.members.heartbeat(request.groupId, { memberId, instanceId, generation }) }
}

export const handleHeartbeat = handler(apis.heartbeat, heartbeat)
