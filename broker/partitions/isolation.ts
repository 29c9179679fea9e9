/** What a reader sees of transactions, by Kafka's numbers (KIP-98). */
export const isolationLevels = { readUncommitted: 0, readCommitted: 1 } as const

/** How far a partition goes. */
export interface Extent {
  readonly log: { readonly stableOffset: number }
  readonly lastStableOffset: number
}

/** As far as readers see: those of committed records no further than the first transaction that is open. */
export function visibleEnd({ log, lastStableOffset }: Extent, readsCommitted: boolean): number {
  return readsCommitted ? lastStableOffset : log.stableOffset
}
