/** What a cluster has agreed to do from now on (KIP-584): clients change their ways by it. */
export interface Feature {
  name: string
  minVersion: number
  maxVersion: number
  /** The version in force. */
  level: number
}

export const features: readonly Feature[] = [
  // 1: the consumer protocol of groups (KIP-848)
  { name: 'group.version', minVersion: 0, maxVersion: 1, level: 1 },
  // 1: share groups (KIP-932)
  { name: 'share.version', minVersion: 0, maxVersion: 1, level: 1 },
  // 2: producers speak transactions v2 (KIP-890)
  { name: 'transaction.version', minVersion: 0, maxVersion: 2, level: 2 },
]
