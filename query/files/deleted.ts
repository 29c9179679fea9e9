import type { LedgerEntry, LedgerGap } from '../../lib/ledger/index.ts'
import type { OriginalRow } from './original-row.ts'

/** What was deleted of one record at once. */
export interface DeletedRows {
  rows: number
  /** Which of its lines, with their bytes in the source; empty where that was not noted. */
  runs: readonly { first: number; lines: number; bytes: number }[]
  by: string
  /** As in 2026-01-31T12:00:00Z. */
  at: string
}

/** Lines of a record that follow one another and are gone. */
export interface Stretch {
  first: number
  lines: number
  /** Of the source, with what was passed over or changed between them. */
  bytes: number
}

/**
 * Where the lines stood that were deleted, by what is left of the record. Of one stretch the bytes are what the rest leaves;
 * of several they are as noted. Undefined where not all that is missing was deleted, or nobody knows where it stood. Pure.
 */
export function deletedStretches(
  entry: LedgerEntry,
  rows: readonly OriginalRow[],
  deleted: readonly DeletedRows[],
): Stretch[] | undefined {
  const missing = missingStretches(entry.lines, rows)
  const lines = missing?.reduce((sum, stretch) => sum + stretch.lines, 0) ?? 0
  const noted = deleted.reduce((sum, one) => sum + one.rows, 0)
  if (missing === undefined || lines === 0 || lines > noted) return undefined
  const left = entry.to - entry.from - bytesAround(entry, rows, missing)
  const [only] = missing
  if (missing.length === 1 && only !== undefined) return left < 0 ? undefined : [{ ...only, bytes: left }]
  const found = missing.map(stretch => ({ ...stretch, bytes: notedBytes(entry, stretch, deleted) }))
  return found.reduce((sum, { bytes }) => sum + bytes, 0) === left ? found : undefined
}

/** `2 lines deleted by root@web1 at 2026-01-31T12:00:00Z`. */
export function deletionText(lines: number, deleted: readonly DeletedRows[]): string {
  const inOrder = deleted.toSorted((a, b) => a.at.localeCompare(b.at))
  const who = [...new Set(inOrder.map(({ by, at }) => `by ${by} at ${at}`))]
  return `${lines} ${lines === 1 ? 'line' : 'lines'} deleted ${who.join(' and ')}`
}

/** The deletions that took of a stretch, as far as that was noted. */
export function deletionsOf(stretch: Stretch, deleted: readonly DeletedRows[]): DeletedRows[] {
  const end = stretch.first + stretch.lines
  return deleted.filter(
    ({ runs }) =>
      runs.length === 0 || runs.some(({ first, lines }) => first < end && first + lines > stretch.first),
  )
}

/** Undefined where rows are there twice, or of no line. */
function missingStretches(
  lines: number,
  rows: readonly OriginalRow[],
): { first: number; lines: number }[] | undefined {
  const found: { first: number; lines: number }[] = []
  let next = 0
  for (const { index } of [...rows, { index: lines }]) {
    if (index < next || index > lines) return undefined
    if (index > next) found.push({ first: next, lines: index - next })
    next = index + 1
  }
  return next === lines + 1 ? found : undefined
}

/** Bytes of the record outside the stretches. */
function bytesAround(
  { gaps = [] }: LedgerEntry,
  rows: readonly OriginalRow[],
  stretches: readonly { first: number; lines: number }[],
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
function notedBytes(
  { gaps = [] }: LedgerEntry,
  stretch: { first: number; lines: number },
  deleted: readonly DeletedRows[],
): number {
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

/** Whether it lies between the stretch's first line and its last, or in place of one of them. */
export function isWithin(gap: LedgerGap, { first, lines }: { first: number; lines: number }): boolean {
  return (gap.row > first || (gap.row === first && gap.isChange)) && gap.row < first + lines
}

function changedRows(gaps: readonly LedgerGap[]): Set<number> {
  return new Set(gaps.filter(gap => gap.isChange).map(gap => gap.row))
}
