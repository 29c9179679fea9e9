import type { ByteReason, LedgerEntry, LedgerGap } from '../../lib/ledger/index.ts'
import { isWithin, type Stretch } from './missing.ts'
import type { OriginalRow } from './original-row.ts'

/** What stands in a record, in the order of its bytes. */
export type Segment = { length: number } & (
  | { kind: 'bytes'; bytes: Buffer }
  /** Passed over, and known: nothing but NULs stood there. */
  | { kind: 'hole' }
  | { kind: 'gap'; reason: string }
  | { kind: 'missing'; stretch: Stretch }
)

const holeReason: ByteReason = 'nul-hole'

/** The rows of a record, what was passed over or changed between them, and what is missing, whose length may be NaN. Pure. */
export function segmentsOf(
  entry: LedgerEntry,
  rows: readonly OriginalRow[],
  missing: readonly Stretch[],
): Segment[] {
  const originals = new Map(rows.map(({ index, original }) => [index, original]))
  const found: Segment[] = []
  let gaps = entry.gaps ?? []
  const stretches = new Map(missing.map(stretch => [stretch.first, stretch]))
  for (let row = 0; row <= entry.lines; row++) {
    const stretch = stretches.get(row)
    if (stretch !== undefined) gaps = gaps.filter(gap => !isWithin(gap, stretch))
    const { before, changed } = gapsAt(gaps, row)
    found.push(...before.map(passedOver))
    const bytes = originals.get(row)
    if (stretch !== undefined) {
      found.push({ kind: 'missing', stretch, length: stretch.bytes })
      row += stretch.lines - 1
    } else if (changed !== undefined)
      found.push({ kind: 'gap', reason: `changed by ${changed.reason}`, length: changed.bytes })
    else if (bytes !== undefined) found.push({ kind: 'bytes', bytes, length: bytes.length })
  }
  return found
}

function passedOver({ reason, bytes: length }: LedgerGap): Segment {
  return reason === holeReason ? { kind: 'hole', length } : { kind: 'gap', reason, length }
}

/** What stands before a row, and whether the row was changed. */
function gapsAt(
  gaps: readonly LedgerGap[],
  row: number,
): { before: LedgerGap[]; changed: LedgerGap | undefined } {
  const found = gaps.filter(gap => gap.row === row)
  return { before: found.filter(gap => !gap.isChange), changed: found.find(gap => gap.isChange) }
}

/**
 * The segments of which only together it is known where they stand: from the first of unknown length to the last. All of them
 * where their lengths are not the record's. Undefined where each has its place.
 */
export function unplaced(
  segments: readonly Segment[],
  length: number,
): { first: number; end: number; length: number } | undefined {
  const isUnknown = (segment: Segment) => Number.isNaN(segment.length)
  const sum = (some: readonly Segment[]) => some.reduce((all, one) => all + one.length, 0)
  const first = segments.findIndex(isUnknown)
  const end = segments.findLastIndex(isUnknown) + 1
  const around = first < 0 ? 0 : sum(segments.slice(0, first)) + sum(segments.slice(end))
  if (first >= 0 && around <= length) return { first, end, length: length - around }
  return first < 0 && sum(segments) === length ? undefined : { first: 0, end: segments.length, length }
}
