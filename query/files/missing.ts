import type { LedgerEntry, LedgerGap } from '../../lib/ledger/index.ts'
import type { DeletedRows } from './deleted.ts'
import type { OriginalRow } from './original-row.ts'

/** Lines of a record that follow one another and are not in the store. */
export interface Stretch {
  first: number
  lines: number
  /** Of the source, with what was passed over or changed between them; NaN where nobody knows. */
  bytes: number
}

/** Each row once, in their order; of no line that the record does not have. */
export function distinctRows({ lines }: LedgerEntry, rows: readonly OriginalRow[]): OriginalRow[] {
  const first = new Map<number, OriginalRow>()
  for (const row of rows) if (row.index < lines && !first.has(row.index)) first.set(row.index, row)
  return [...first.values()].toSorted((a, b) => a.index - b.index)
}

/**
 * Where lines are missing between distinct rows. Of one stretch the bytes are what the rest of the record leaves; of several they
 * are as was noted of deletions. Pure.
 */
export function missingStretches(
  entry: LedgerEntry,
  rows: readonly OriginalRow[],
  deleted: readonly DeletedRows[],
): Stretch[] {
  const found: Stretch[] = []
  let next = 0
  for (const { index } of [...rows, { index: entry.lines }]) {
    if (index > next) found.push({ first: next, lines: index - next, bytes: Number.NaN })
    next = index + 1
  }
  const noted = found.map(stretch => ({ ...stretch, bytes: notedBytes(entry, stretch, deleted) }))
  const left = entry.to - entry.from - bytesAround(entry, rows, found)
  return withLeft(noted, left) ?? withLeft(found, left) ?? found
}

/** Those of one stretch by those of the others; undefined where it does not come out. */
function withLeft(stretches: readonly Stretch[], left: number): Stretch[] | undefined {
  const known = stretches.filter(({ bytes }) => !Number.isNaN(bytes))
  const rest = left - known.reduce((sum, { bytes }) => sum + bytes, 0)
  const unknown = stretches.length - known.length
  if (unknown > 1 || rest < 0 || (unknown === 0 && rest > 0)) return undefined
  return stretches.map(stretch => (Number.isNaN(stretch.bytes) ? { ...stretch, bytes: rest } : stretch))
}

/** How many lines of a stretch are noted as deleted, and by which deletions, as far as it was noted which lines. */
export function deletionsOf(
  { first, lines }: Stretch,
  deleted: readonly DeletedRows[],
): { lines: number; by: DeletedRows[] } {
  const end = first + lines
  const within = (run: { first: number; lines: number }) =>
    Math.max(0, Math.min(run.first + run.lines, end) - Math.max(run.first, first))
  const count = (one: DeletedRows) => one.runs.reduce((sum, run) => sum + within(run), 0)
  return {
    lines: deleted.reduce((sum, one) => sum + count(one), 0),
    by: deleted.filter(one => one.runs.length === 0 || count(one) > 0),
  }
}

/** Whether it lies between the stretch's first line and its last, or in place of one of them. */
export function isWithin(gap: LedgerGap, { first, lines }: { first: number; lines: number }): boolean {
  return (gap.row > first || (gap.row === first && gap.isChange)) && gap.row < first + lines
}

/** Bytes of the record outside the stretches. */
function bytesAround(
  { gaps = [] }: LedgerEntry,
  rows: readonly OriginalRow[],
  stretches: readonly Stretch[],
): number {
  const changed = changedRows(gaps)
  const inRows = rows.reduce(
    (sum, { index, original }) => (changed.has(index) ? sum : sum + original.length),
    0,
  )
  return gaps
    .filter(gap => !stretches.some(stretch => isWithin(gap, stretch)))
    .reduce((sum, gap) => sum + gap.bytes, inRows)
}

/** NaN where not all of its lines were noted. */
function notedBytes({ gaps = [] }: LedgerEntry, stretch: Stretch, deleted: readonly DeletedRows[]): number {
  const end = stretch.first + stretch.lines
  const changed = changedRows(gaps)
  const runs = new Map(deleted.flatMap(one => one.runs).map(run => [run.first, run]))
  let bytes = gaps.filter(gap => isWithin(gap, stretch)).reduce((sum, gap) => sum + gap.bytes, 0)
  for (let at = stretch.first; at < end; ) {
    const run = runs.get(at)
    if (run === undefined || at + run.lines > end) return Number.NaN
    if (run.lines > 1 || !changed.has(at)) bytes += run.bytes
    at += run.lines
  }
  return bytes
}

function changedRows(gaps: readonly LedgerGap[]): Set<number> {
  return new Set(gaps.filter(gap => gap.isChange).map(gap => gap.row))
}
