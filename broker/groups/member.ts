export interface MemberProtocol {
  name: string
  metadata: Buffer
}

/** One member of a classic group. A token stands for a request that waits for its answer. */
export interface Member {
  memberId: string
  /** Set for static members (KIP-345). */
  instanceId: string | null
  clientId: string
  clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: MemberProtocol[]
  assignment: Buffer
  joinToken: number | undefined
  syncToken: number | undefined
  /** Joined this generation, has not asked for its assignment yet. */
  owesSync: boolean
  /** The session ends here unless something is heard; counts only while nothing of the member waits with us. */
  expiresAtMs: number
}

export function supports(member: Member, protocol: string): boolean {
  return member.protocols.some(p => p.name === protocol)
}

export function metadataOf(member: Member, protocol: string | null): Buffer {
  return member.protocols.find(p => p.name === protocol)?.metadata ?? Buffer.alloc(0)
}

export function hasSameProtocols(a: readonly MemberProtocol[], b: readonly MemberProtocol[]): boolean {
  return (
    a.length === b.length &&
    a.every((protocol, i) => {
      const other = b[i]
      return other !== undefined && protocol.name === other.name && protocol.metadata.equals(other.metadata)
    })
  )
}
