import type { ClosedSegment } from '../segment.ts'

const maxOffsetSpan = 0x7fff_ffff

/**
 * Neighbours that become one segment together: as many as fit one by their present sizes and their offsets by 32 bits.
 * What they shrink to is less, so that a log compacted again and again does not end in many small files.
 */
export function groupSegments(segments: readonly ClosedSegment[], segmentBytes: number): ClosedSegment[][] {
  const groups: ClosedSegment[][] = []
  let bytes = 0
  for (const segment of segments) {
    const group = groups.at(-1)
    const first = group?.[0]
    const fits =
      first !== undefined &&
      bytes + segment.sizeBytes <= segmentBytes &&
      segment.nextOffset - 1 - first.baseOffset <= maxOffsetSpan
    if (fits && group !== undefined) group.push(segment)
    else groups.push([segment])
    bytes = fits ? bytes + segment.sizeBytes : segment.sizeBytes
  }
  return groups
}
