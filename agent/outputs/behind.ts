import type { Lane } from '../spool/lane.ts'

/** What an output has still to carry. */
export interface Behind {
  records: number
  bytes: number
}

export const nothingBehind: Behind = { records: 0, bytes: 0 }

export function behindOf(lane: Pick<Lane, 'log' | 'unshippedBytes'>, ackedOffset: number): Behind {
  return { records: lane.log.endOffset - ackedOffset, bytes: lane.unshippedBytes(ackedOffset) }
}

export function addBehind(a: Behind, b: Behind): Behind {
  return { records: a.records + b.records, bytes: a.bytes + b.bytes }
}
