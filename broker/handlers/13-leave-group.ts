import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/* LeaveGroup, versions 0 to 5: one member, from version 3 on several, static ones by their instance id. */
type Request = RequestOf<typeof apis.leaveGroup>
type Response = ResponseInput<typeof apis.leaveGroup>

const severalMembersFrom = 3

async function leaveGroup(request: Request, context: RequestContext): Promise<Response> {
  const problem = groupProblem(context, 'READ', request.groupId)
  if (problem !== 0) return { errorCode: problem }
  const { groups } = context.services
  await groups.ready()
  const isSingle = context.header.apiVersion < severalMembersFrom
  const leaving = isSingle ? [{ memberId: request.memberId, groupInstanceId: null }] : request.members
  const members: NonNullable<Response['members']>[number][] = []
  for (const { memberId, groupInstanceId } of leaving) {
    const errorCode = await groups.members.leave(request.groupId, { memberId, instanceId: groupInstanceId })
    members.push({ memberId, groupInstanceId, errorCode })
  }
  return isSingle ? { errorCode: members[0]?.errorCode ?? 0 } : { errorCode: errorCodes.NONE, members }
}

export const handleLeaveGroup = handler(apis.leaveGroup, leaveGroup)
