import type { Partition } from '../partitions/partition.ts'
import type { AbortedTransaction } from './deliverable.ts'
import type { LiveSharePartition } from './live-share-partition.ts'

/** A partition that a share group reads. */
export interface OpenedShare {
  live: LiveSharePartition
  partition: Partition
}

/** The aborted transactions of a part of a partition. */
export type AbortedIn = (partition: Partition, from: number, to: number) => Promise<AbortedTransaction[]>
