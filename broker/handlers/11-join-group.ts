import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type JoinOutcome, joinRefused } from '../groups/outcomes.ts'
import { groupIdProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * JoinGroup, versions 0 to 9: the classic protocol. Answered when the join phase ends. MEMBER_ID_REQUIRED from version 4
 * on for members without an instance id (KIP-394); static members (KIP-345); SkipAssignment in version 9 (KIP-814).
 * Left out: groups of the consumer protocol (KIP-848), a limit of members.
 */
type Request = RequestOf<typeof apis.joinGroup>
type Response = ResponseInput<typeof apis.joinGroup>

/** Kafka's group.min.session.timeout.ms and group.max.session.timeout.ms. */
const minSessionMs = 6_000
const maxSessionMs = 1_800_000
const memberIdRequiredFrom = 4
const nullableProtocolFrom = 7
const skipAssignmentFrom = 9

async function joinGroup(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  const problem = groupIdProblem(request.groupId) || sessionProblem(request.sessionTimeoutMs)
  if (problem !== 0) return respond(joinRefused(problem, request.memberId), apiVersion)
  const { groups, newId } = context.services
  await groups.ready()
  const clientId = context.header.clientId ?? ''
  const outcome = await groups.join(request.groupId, {
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

function sessionProblem(sessionTimeoutMs: number): number {
  const isWithin = sessionTimeoutMs >= minSessionMs && sessionTimeoutMs <= maxSessionMs
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
