import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders, spoolFullReason } from '../../lib/ledger/index.ts'
import { BatchReader } from '../ship/batch-reader.ts'
import type { Lane } from './lane.ts'

const none = Buffer.alloc(0)

/**
 * Lets go of the oldest closed segment of a lane, shipped or not, and writes in the ledger what went with it: for each
 * range a record without lines that names how many were dropped. Answers how many lines; undefined where there is no
 * closed segment, or where something is under way: what arrives is not dropped too.
 */
export async function dropOldestSegment(lane: Lane): Promise<number | undefined> {
  if (lane.log.segments.length < 2) return undefined
  const release = lane.hold()
  if (release === undefined) return undefined
  try {
    return await dropSegment(lane)
  } finally {
    release()
  }
}

async function dropSegment(lane: Lane): Promise<number | undefined> {
  const [oldest] = lane.log.segments
  if (oldest === undefined) return undefined
  const entries = await entriesBelow(lane, oldest.nextOffset)
  await lane.log.deleteBefore(oldest.nextOffset)
  // the ledger goes into room that was just made
  for (const entry of merged(entries)) {
    // what was said of an earlier drop may go itself: the count moves on
    const dropped = {
      ...entry.dropped,
      [spoolFullReason]: (entry.dropped[spoolFullReason] ?? 0) + entry.lines,
    }
    void lane.append({ value: none, entry: { ...entry, ...goneOf(entry), dropped } }).catch(() => undefined)
  }
  return entries.reduce((sum, { lines }) => sum + lines, 0)
}

/** Of a file's bytes it is said that they are in no row. */
function goneOf({ from, to, crc32c }: LedgerEntry): Partial<LedgerEntry> {
  if (crc32c === undefined) return { lines: 0, services: undefined, gaps: undefined }
  const gaps = [{ row: 0, bytes: to - from, reason: spoolFullReason, isChange: false }]
  return { lines: 0, crc32c: 0, services: [], gaps }
}

/** What the ledger's reader has not yet brought away below an offset: the rest stands in its topic. */
async function entriesBelow(lane: Lane, end: number): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  const reader = new BatchReader(lane.log, Math.max(lane.ledgerOffset, lane.log.startOffset))
  for (
    let batch = await reader.next();
    batch !== undefined && batch.offset < end;
    batch = await reader.next()
  ) {
    if (!batch.intact) continue
    const cursor = new BatchCursor(batch.bytes)
    cursor.next()
    for (const { headers } of readRecords(cursor)) {
      const all = headers.map(({ key, value }) => ({ key, value: value === null ? '' : String(value) }))
      const entry = readLedgerHeaders(all)
      if (entry !== undefined) entries.push(entry)
    }
  }
  return entries
}

/** Ranges that follow one another as one. */
function merged(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const bySource = new Map<string, LedgerEntry>()
  const done: LedgerEntry[] = []
  for (const entry of entries) {
    const key = `${entry.source}\n${entry.generation}`
    const before = bySource.get(key)
    if (before !== undefined && before.to === entry.from)
      bySource.set(key, {
        ...before,
        to: entry.to,
        lines: before.lines + entry.lines,
        dropped: sum(before.dropped, entry.dropped),
      })
    else {
      if (before !== undefined) done.push(before)
      bySource.set(key, entry)
    }
  }
  return [...done, ...bySource.values()]
}

function sum(a: LedgerEntry['dropped'], b: LedgerEntry['dropped']): Record<string, number> {
  const both: Record<string, number> = { ...a }
  for (const [rule, count] of Object.entries(b)) both[rule] = (both[rule] ?? 0) + count
  return both
}
