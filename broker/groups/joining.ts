import { errorCodes } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import { hasSameProtocols, type Member, type MemberProtocol } from './member.ts'
import { type JoinOutcome, joinRefused } from './outcomes.ts'

export interface JoinRequest {
  memberId: string
  instanceId: string | null
  clientId: string
  clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocolType: string
  protocols: MemberProtocol[]
  /** JoinGroup v4 on: a member without an id is given one and comes again with it (KIP-394). */
  mustComeBack: boolean
  /** JoinGroup v9 on. */
  canSkipAssignment: boolean
  /** The id for a member that has none. */
  newMemberId: string
}

/** Joins; the answer follows as an effect for `token`, at once or when the whole group has joined. */
export function join(group: ClassicGroup, request: JoinRequest, token: number, nowMs: number): void {
  const names = request.protocols.map(p => p.name)
  if (group.state === 'Dead') answer(group, token, refuse('COORDINATOR_NOT_AVAILABLE', request))
  else if (!group.supportsProtocols(request.protocolType, names))
    answer(group, token, refuse('INCONSISTENT_GROUP_PROTOCOL', request))
  else if (!group.accepts(request.memberId))
    answer(group, token, joinRefused(errorCodes.GROUP_MAX_SIZE_REACHED, ''))
  else if (request.memberId === '') joinUnknown(group, request, token, nowMs)
  else joinKnown(group, request, token, nowMs)
}

function joinUnknown(group: ClassicGroup, request: JoinRequest, token: number, nowMs: number): void {
  if (request.instanceId !== null) {
    const replaced = group.members.get(group.staticMembers.get(request.instanceId) ?? '')
    if (replaced === undefined) addAndRebalance(group, request, request.newMemberId, token, nowMs)
    else replaceStatic(group, replaced, request, token, nowMs)
  } else if (request.mustComeBack) {
    group.pending.set(request.newMemberId, nowMs + request.sessionTimeoutMs)
    answer(group, token, joinRefused(errorCodes.MEMBER_ID_REQUIRED, request.newMemberId))
  } else addAndRebalance(group, request, request.newMemberId, token, nowMs)
}

function joinKnown(group: ClassicGroup, request: JoinRequest, token: number, nowMs: number): void {
  const { memberId, instanceId } = request
  if (group.pending.has(memberId) && instanceId === null) {
    addAndRebalance(group, request, memberId, token, nowMs)
    return
  }
  const errorCode = memberProblem(group, memberId, instanceId)
  const member = group.members.get(memberId)
  if (errorCode !== 0 || member === undefined) answer(group, token, joinRefused(errorCode, memberId))
  else rejoin(group, member, request, token, nowMs)
}

/** Kafka's code for a member that is not who it says; 0 for a good one. */
export function memberProblem(group: ClassicGroup, memberId: string, instanceId: string | null): number {
  if (instanceId !== null) {
    const owner = group.staticMembers.get(instanceId)
    if (owner === undefined) return errorCodes.UNKNOWN_MEMBER_ID
    if (owner !== memberId) return errorCodes.FENCED_INSTANCE_ID
  }
  return group.members.has(memberId) ? errorCodes.NONE : errorCodes.UNKNOWN_MEMBER_ID
}

function rejoin(
  group: ClassicGroup,
  member: Member,
  request: JoinRequest,
  token: number,
  nowMs: number,
): void {
  const isSame = hasSameProtocols(member.protocols, request.protocols)
  // a member that lost our answer asks again; the leader of a stable group asks for a rebalance by joining
  const wantsAnswerOnly =
    isSame &&
    (group.state === 'CompletingRebalance' ||
      (group.state === 'Stable' && member.memberId !== group.leaderId))
  if (wantsAnswerOnly) {
    member.expiresAtMs = nowMs + member.sessionTimeoutMs
    answer(group, token, group.joinOutcome(member))
    return
  }
  updateMember(group, member, request, token)
  group.rebalance(nowMs)
}

function updateMember(group: ClassicGroup, member: Member, request: JoinRequest, token: number): void {
  group.answerJoin(member, joinRefused(errorCodes.REBALANCE_IN_PROGRESS, member.memberId))
  member.protocols = request.protocols
  member.sessionTimeoutMs = request.sessionTimeoutMs
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
  member.clientId = request.clientId
  member.clientHost = request.clientHost
  member.joinToken = token
}

function addAndRebalance(
  group: ClassicGroup,
  request: JoinRequest,
  memberId: string,
  token: number,
  nowMs: number,
): void {
  group.pending.delete(memberId)
  if (group.members.size === 0) group.protocolType = request.protocolType
  group.add(memberOf(request, memberId, token, nowMs))
  group.hasNewMember = true
  group.rebalance(nowMs)
}

function memberOf(request: JoinRequest, memberId: string, token: number, nowMs: number): Member {
  const { instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = request
  return {
    memberId,
    instanceId,
    clientId,
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    protocols,
    assignment: Buffer.alloc(0),
    joinToken: token,
    syncToken: undefined,
    owesSync: false,
    expiresAtMs: nowMs + sessionTimeoutMs,
  }
}

/**
 * A static member is back under a new id: it takes the old one's place (KIP-345). A stable group goes on without a
 * rebalance where all would choose the same protocol again.
 */
function replaceStatic(
  group: ClassicGroup,
  old: Member,
  request: JoinRequest,
  token: number,
  nowMs: number,
): void {
  const wasLeader = group.leaderId === old.memberId
  const assignment = old.assignment
  group.remove(old, errorCodes.FENCED_INSTANCE_ID)
  const member = memberOf(request, request.newMemberId, token, nowMs)
  member.assignment = assignment
  group.add(member)
  if (wasLeader) group.leaderId = member.memberId
  if (group.state !== 'Stable' || group.selectProtocol() !== group.protocol) {
    group.rebalance(nowMs)
    return
  }
  group.effect({ type: 'store', generation: group.generation })
  group.answerJoin(member, staticOutcome(group, member, old.memberId, wasLeader, request.canSkipAssignment))
}

function staticOutcome(
  group: ClassicGroup,
  member: Member,
  oldId: string,
  wasLeader: boolean,
  canSkip: boolean,
): JoinOutcome {
  const outcome = group.joinOutcome(member)
  if (!wasLeader) return outcome
  if (canSkip) return { ...outcome, skipAssignment: true }
  // an old client would assign anew; told of another leader it does not
  return { ...outcome, leaderId: oldId, members: [] }
}

function refuse(name: keyof typeof errorCodes, request: JoinRequest): JoinOutcome {
  return joinRefused(errorCodes[name], request.memberId)
}

function answer(group: ClassicGroup, token: number, outcome: JoinOutcome): void {
  group.effect({ type: 'join', token, outcome })
}
