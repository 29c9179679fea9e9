import { hasSameProtocols, type MemberProtocol } from '../member.ts'
import { type Assignment, isSameAssignment, noAssignment } from './assignment.ts'

/**
 * Stable: has what its epoch gives it. UnrevokedPartitions: must first give up partitions. UnreleasedPartitions: waits
 * for partitions that others still hold.
 */
export type MemberState = 'Stable' | 'UnrevokedPartitions' | 'UnreleasedPartitions'

/** A static member that has left for a while says so with this epoch (KIP-848). */
export const leftForAWhile = -2

/** A member that speaks the classic protocol within a group of the new one. */
export interface ClassicMember {
  sessionTimeoutMs: number
  protocols: MemberProtocol[]
}

/** One member of a consumer group; a change makes a new one. */
export interface ConsumerMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  /** Sorted, each once. */
  readonly topicNames: readonly string[]
  /** Empty: none. */
  readonly topicRegex: string
  readonly serverAssignor: string | null
  readonly classic: ClassicMember | null
  readonly epoch: number
  readonly previousEpoch: number
  readonly state: MemberState
  readonly assigned: Assignment
  readonly pendingRevocation: Assignment
}

/** When members are put out unless something is heard; not written down. */
export interface MemberDeadlines {
  sessionMs: number
  /** Partitions to give up must be given up by then. */
  revocationMs: number
  /** A classic member that was told to join again must have done so. */
  joinMs: number
  /** A classic member must have asked for its assignment. */
  syncMs: number
}

export function newMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    topicNames: [],
    topicRegex: '',
    serverAssignor: null,
    classic: null,
    epoch: 0,
    previousEpoch: -1,
    state: 'Stable',
    assigned: noAssignment,
    pendingRevocation: noAssignment,
  }
}

export function isReconciledTo(member: ConsumerMember, epoch: number): boolean {
  return member.state === 'Stable' && member.epoch === epoch
}

/** Whether what is written of its subscription is the same. */
export function hasSameMetadata(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.topicRegex === b.topicRegex &&
    a.serverAssignor === b.serverAssignor &&
    hasSameTopics(a, b) &&
    isSameClassic(a.classic, b.classic)
  )
}

function isSameClassic(a: ClassicMember | null, b: ClassicMember | null): boolean {
  if (a === null || b === null) return a === b
  return a.sessionTimeoutMs === b.sessionTimeoutMs && hasSameProtocols(a.protocols, b.protocols)
}

export function hasSameTopics(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.topicNames.length === b.topicNames.length && a.topicNames.every((name, i) => name === b.topicNames[i])
  )
}

/** Whether what is written of its assignment is the same. */
export function hasSameCurrent(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.epoch === b.epoch &&
    a.previousEpoch === b.previousEpoch &&
    a.state === b.state &&
    isSameAssignment(a.assigned, b.assigned) &&
    isSameAssignment(a.pendingRevocation, b.pendingRevocation)
  )
}
