import { errorCodes } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import { memberProblem } from './joining.ts'
import type { Member } from './member.ts'
import { type SyncOutcome, syncRefused } from './outcomes.ts'

export interface SyncRequest {
  memberId: string
  instanceId: string | null
  generation: number
  /** Null from clients that do not say (before v5). */
  protocolType: string | null
  protocol: string | null
  assignments: { memberId: string; assignment: Buffer }[]
}

/** Asks for the assignment; the leader brings everyone's. The answer follows as an effect for `token`. */
export function sync(group: ClassicGroup, request: SyncRequest, token: number, nowMs: number): void {
  const member = group.members.get(request.memberId)
  const errorCode = syncProblem(group, request)
  if (errorCode !== 0 || member === undefined) {
    group.effect({ type: 'sync', token, outcome: syncRefused(errorCode) })
    return
  }
  member.owesSync = false
  member.expiresAtMs = nowMs + member.sessionTimeoutMs
  if (group.state === 'Stable') {
    group.effect({ type: 'sync', token, outcome: assignmentOf(group, member) })
    return
  }
  if (member.syncToken !== undefined)
    group.effect({
      type: 'sync',
      token: member.syncToken,
      outcome: syncRefused(errorCodes.REBALANCE_IN_PROGRESS),
    })
  member.syncToken = token
  if (member.memberId !== group.leaderId) return
  const brought = new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment]))
  // whom the leader does not name gets nothing
  for (const other of group.members.values())
    other.assignment = brought.get(other.memberId) ?? Buffer.alloc(0)
  group.effect({ type: 'store', generation: group.generation })
}

/** The group as its leader arranged it is written down, or could not be. */
export function stored(group: ClassicGroup, generation: number, isWritten: boolean, nowMs: number): void {
  if (group.state !== 'CompletingRebalance' || group.generation !== generation) return
  if (!isWritten) {
    for (const member of group.members.values())
      answerSync(group, member, syncRefused(errorCodes.COORDINATOR_NOT_AVAILABLE))
    group.rebalance(nowMs)
    return
  }
  group.enter('Stable', nowMs)
  for (const member of group.members.values()) answerSync(group, member, assignmentOf(group, member))
}

export function heartbeat(
  group: ClassicGroup,
  request: { memberId: string; instanceId: string | null; generation: number },
  nowMs: number,
): number {
  const errorCode = generationProblem(group, request)
  const member = group.members.get(request.memberId)
  if (errorCode !== 0 || member === undefined) return errorCode
  member.expiresAtMs = nowMs + member.sessionTimeoutMs
  return group.state === 'PreparingRebalance' ? errorCodes.REBALANCE_IN_PROGRESS : errorCodes.NONE
}

/** Whether a member may act in a generation: for heartbeats, syncs and commits. */
export function generationProblem(
  group: ClassicGroup,
  request: { memberId: string; instanceId: string | null; generation: number },
): number {
  if (group.state === 'Dead') return errorCodes.COORDINATOR_NOT_AVAILABLE
  const problem = memberProblem(group, request.memberId, request.instanceId)
  if (problem !== 0) return problem
  return request.generation === group.generation ? errorCodes.NONE : errorCodes.ILLEGAL_GENERATION
}

/** Takes a member out for good. */
export function leave(
  group: ClassicGroup,
  request: { memberId: string; instanceId: string | null },
  nowMs: number,
): number {
  if (group.state === 'Dead') return errorCodes.COORDINATOR_NOT_AVAILABLE
  const { instanceId } = request
  const byInstance = instanceId === null ? undefined : group.staticMembers.get(instanceId)
  const memberId = request.memberId === '' ? (byInstance ?? '') : request.memberId
  if (instanceId === null && group.pending.delete(memberId)) {
    group.completeIfAllJoined(nowMs)
    return errorCodes.NONE
  }
  const problem = memberProblem(group, memberId, instanceId)
  if (problem !== 0) return problem
  group.evict(member => member.memberId === memberId, nowMs)
  return errorCodes.NONE
}

function syncProblem(group: ClassicGroup, request: SyncRequest): number {
  const problem = generationProblem(group, request)
  if (problem !== 0) return problem
  if (isOther(request.protocolType, group.protocolType) || isOther(request.protocol, group.protocol))
    return errorCodes.INCONSISTENT_GROUP_PROTOCOL
  if (group.state === 'PreparingRebalance') return errorCodes.REBALANCE_IN_PROGRESS
  return group.state === 'Empty' ? errorCodes.UNKNOWN_MEMBER_ID : errorCodes.NONE
}

function isOther(said: string | null, actual: string | null): boolean {
  return said !== null && said !== actual
}

function assignmentOf(group: ClassicGroup, member: Member): SyncOutcome {
  const { protocolType, protocol } = group
  return { errorCode: errorCodes.NONE, protocolType, protocol, assignment: member.assignment }
}

function answerSync(group: ClassicGroup, member: Member, outcome: SyncOutcome): void {
  if (member.syncToken === undefined) return
  group.effect({ type: 'sync', token: member.syncToken, outcome })
  member.syncToken = undefined
}
