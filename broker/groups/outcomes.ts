/** What a JoinGroup request is answered with. */
export interface JoinOutcome {
  errorCode: number
  generation: number
  protocolType: string | null
  protocol: string | null
  leaderId: string
  memberId: string
  /** Only the leader gets them. */
  members: { memberId: string; instanceId: string | null; metadata: Buffer }[]
  /** The leader is told to keep the assignment there is (KIP-814). */
  skipAssignment: boolean
}

export interface SyncOutcome {
  errorCode: number
  protocolType: string | null
  protocol: string | null
  assignment: Buffer
}

/** What a group asks its surroundings to do, in this order. */
export type Effect =
  | { type: 'join'; token: number; outcome: JoinOutcome }
  | { type: 'sync'; token: number; outcome: SyncOutcome }
  /** Write the group down; then call `stored`. */
  | { type: 'store'; generation: number }

export function joinRefused(errorCode: number, memberId: string): JoinOutcome {
  return {
    errorCode,
    generation: -1,
    protocolType: null,
    protocol: null,
    leaderId: '',
    memberId,
    members: [],
    skipAssignment: false,
  }
}

export function syncRefused(errorCode: number): SyncOutcome {
  return { errorCode, protocolType: null, protocol: null, assignment: Buffer.alloc(0) }
}
