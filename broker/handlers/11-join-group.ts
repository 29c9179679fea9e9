import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type JoinOutcome, joinRefused } from '../groups/outcomes.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * JoinGroup, versions 0 to 9: the classic protocol. Answered when the join phase ends, in a group of the consumer
 * protocol at once. MEMBER_ID_REQUIRED from version 4 on for members without an instance id (KIP-394); static members
 * (KIP-345); SkipAssignment in version 9 (KIP-814). The session timeout must be within the broker's bounds.
 */
type Request = RequestOf<typeof apis.joinGroup>
type Response = ResponseInput<typeof apis.joinGroup>

const memberIdRequiredFrom = 4
const nullableProtocolFrom = 7
const skipAssignmentFrom = 9

async function joinGroup(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  const problem =
    groupProblem(context, 'READ', request.groupId) || sessionProblem(request.sessionTimeoutMs, context)
  if (problem !== 0) return respond(joinRefused(problem, request.memberId), apiVersion)
  const { groups, newId } = context.services
  await groups.ready()
  const clientId = context.header.clientId ?? ''
  const outcome = await groups.members.join(request.groupId, {
    memberId: request.memberId,
    instanceId: request.groupInstanceId,
    clientId,
    clientHost: context.peer.host,
    sessionTimeoutMs: request.sessionTimeoutMs,
    // version 0 has none of its own
    rebalanceTimeoutMs:
      request.rebalanceTimeoutMs < 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols,
    mustComeBack: apiVersion >= memberIdRequiredFrom,
    canSkipAssignment: apiVersion >= skipAssignmentFrom,
    newMemberId: `${request.groupInstanceId ?? clientId}-${newId()}`,
  })
  return respond(outcome, apiVersion)
}

function sessionProblem(sessionTimeoutMs: number, { services }: RequestContext): number {
  const { groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs } = services.config.broker
  const isWithin =
    sessionTimeoutMs >= groupMinSessionTimeoutMs && sessionTimeoutMs <= groupMaxSessionTimeoutMs
  return isWithin ? errorCodes.NONE : errorCodes.INVALID_SESSION_TIMEOUT
}

function respond(outcome: JoinOutcome, version: number): Response {
  return {
    errorCode: outcome.errorCode,
    generationId: outcome.generation,
    protocolType: outcome.protocolType,
    protocolName: version >= nullableProtocolFrom ? outcome.protocol : (outcome.protocol ?? ''),
    leader: outcome.leaderId,
    skipAssignment: outcome.skipAssignment,
    memberId: outcome.memberId,
    members: outcome.members.map(({ memberId, instanceId, metadata }) => ({
      memberId,
      groupInstanceId: instanceId,
      metadata,
    })),
  }
}

export const handleJoinGroup = handler(apis.joinGroup, joinGroup)
