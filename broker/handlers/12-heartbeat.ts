import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { heartbeat as beat } from '../groups/syncing.ts'
import { groupIdProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/* Heartbeat, versions 0 to 4: keeps a member's session; REBALANCE_IN_PROGRESS tells it to join again. */
type Request = RequestOf<typeof apis.heartbeat>
type Response = ResponseInput<typeof apis.heartbeat>

async function heartbeat(request: Request, context: RequestContext): Promise<Response> {
  const problem = groupIdProblem(request.groupId)
  if (problem !== 0) return { errorCode: problem }
  const { groups, clock } = context.services
  await groups.ready()
  const entry = groups.get(request.groupId)
  if (entry === undefined) return { errorCode: errorCodes.UNKNOWN_MEMBER_ID }
  const { memberId, groupInstanceId: instanceId, generationId: generation } = request
  // only puts a deadline off: the timer that stands finds that out by itself
  return { errorCode: beat(entry.group, { memberId, instanceId, generation }, clock.nowMs()) }
}

export const handleHeartbeat = handler(apis.heartbeat, heartbeat)
