/** A feature of a cluster, with the versions there are (KIP-584). Clients look at the one that is in force. */
export interface Feature {
  name: string
  maxVersion: number
  /** The version in force. */
  finalized: number
}

/** Features in force. Naming one here switches clients to what it stands for. */
export const features: readonly Feature[] = [
  // ConsumerGroupHeartbeat (KIP-848)
  { name: 'group.version', maxVersion: 1, finalized: 1 },
  // share groups (KIP-932)
  { name: 'share.version', maxVersion: 1, finalized: 1 },
]
