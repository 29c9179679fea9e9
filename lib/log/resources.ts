import { LRUCache } from 'lru-cache'
import { BufferPool } from './buffer-pool.ts'
import { FilePool } from './file-pool.ts'
import { Removals } from './removals.ts'
import type { SegmentIndexes } from './segment.ts'

/** What many logs of one process share, each part with its bound. */
export interface LogResources {
  files: FilePool
  /** Indexes of closed segments by path of the segment. */
  indexes: LRUCache<string, SegmentIndexes>
  buffers: BufferPool
  removals: Removals
}

export interface ResourceLimits {
  maxOpenFiles?: number
  maxIndexBytes?: number
  maxBufferBytes?: number
}

export function createLogResources(limits: ResourceLimits = {}): LogResources {
  return {
    files: new FilePool(limits.maxOpenFiles),
    indexes: new LRUCache({
      maxSize: limits.maxIndexBytes ?? 33_554_432,
      sizeCalculation: ({ offsets, times }) => offsets.sizeBytes + times.sizeBytes + 1,
    }),
    buffers: new BufferPool(limits.maxBufferBytes),
    removals: new Removals(),
  }
}
