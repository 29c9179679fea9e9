import { type ByteReason, isByteReason, type LedgerEntry, spoolFullReason } from '../../lib/ledger/index.ts'
import { plainCount } from '../human.ts'

/** What ledger entries say is missing, each in its own unit. */
export interface DropTotals {
  /** Records dropped by rules. */
  dropped: number
  droppedByRule: Record<string, number>
  /** Records that a full spool let go. */
  spoolFullRecords: number
  /** Bytes of files that are in no record, by reason. */
  passedOverBytes: Partial<Record<ByteReason, number>>
}

export function noDrops(): DropTotals {
  return { dropped: 0, droppedByRule: {}, spoolFullRecords: 0, passedOverBytes: {} }
}

export function addDrops(totals: DropTotals, dropped: LedgerEntry['dropped']): void {
  for (const [name, count] of Object.entries(dropped)) {
    if (isByteReason(name)) totals.passedOverBytes[name] = (totals.passedOverBytes[name] ?? 0) + count
    else if (name === spoolFullReason) totals.spoolFullRecords += count
    else {
      totals.dropped += count
      totals.droppedByRule[name] = (totals.droppedByRule[name] ?? 0) + count
    }
  }
}

const byteTexts: Readonly<Record<ByteReason, string>> = {
  cut: 'of cut lines',
  'nul-hole': 'of NUL holes',
  'start-at-end': 'before a start at the end',
  older: 'of files older than ignoreOlder',
}

/** `3 records dropped by rules (health 3), 137856 bytes of cut lines`. */
export function dropsText({ dropped, droppedByRule, spoolFullRecords, passedOverBytes }: DropTotals): string {
  const rules = Object.entries(droppedByRule).map(([name, count]) => `${name} ${count}`)
  const parts = [
    `${plainCount(dropped, 'record')} dropped by rules${rules.length === 0 ? '' : ` (${rules.join(', ')})`}`,
  ]
  if (spoolFullRecords > 0) parts.push(`${plainCount(spoolFullRecords, 'record')} dropped by a full spool`)
  for (const [name, bytes] of Object.entries(passedOverBytes))
    parts.push(`${plainCount(bytes, 'byte')} ${byteTexts[name as ByteReason]}`)
  return parts.join(', ')
}
