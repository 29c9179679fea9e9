import { checksum } from '../../lib/kafka/index.ts'
import type { LedgerEntry, LedgerGap } from '../../lib/ledger/index.ts'
import type { StoredRecord } from '../../store/index.ts'
import type { LedgerCheck } from './ledger.ts'

/** A row of the store, as far as it is held against the ledger. */
export interface ProvenRow {
  offset: number
  index: number
  service: string
  /** `log.file.path`; '' where it has none. */
  path: string
  original: Buffer
}

/**
 * Holds the rows of one record against what its agent said of it: as many, each once, in order, of the same path and the
 * same services, with the same bytes. Pure.
 */
export function proveRecord(check: LedgerCheck, record: StoredRecord, rows: readonly ProvenRow[]): void {
  const { entry } = record
  const where = placeOf(record)
  if (record.error !== '' && entry !== undefined) {
    check.find('unreadable', entry, where, unreadable(record))
    return
  }
  const expected = entry?.lines ?? record.rows
  if (!isWhole(rows, expected)) {
    check.find('count', entry, where, countMessage(rows, expected))
    return
  }
  if (entry === undefined) return
  provePath(check, entry, where, rows)
  proveServices(check, entry, where, rows)
  proveContent(check, entry, where, rows)
}

export function unreadable({ error }: StoredRecord): string {
  return `${error}: in no row, but kept, see millrace aggregator dead-letters list`
}

export function placeOf({ partition, offset }: StoredRecord): string {
  return `partition ${partition}, offset ${offset}`
}

function isWhole(rows: readonly ProvenRow[], expected: number): boolean {
  return rows.length === expected && rows.every((row, i) => row.index === i)
}

/** `3 lines in the record, 2 rows in the store: row 1 is missing`. */
function countMessage(rows: readonly ProvenRow[], expected: number): string {
  const seen = new Map<number, number>()
  for (const { index } of rows) seen.set(index, (seen.get(index) ?? 0) + 1)
  const missing = Array.from({ length: expected }, (_, i) => i).filter(i => !seen.has(i))
  const twice = [...seen].filter(([, count]) => count > 1).map(([index]) => index)
  const foreign = [...seen.keys()].filter(index => index >= expected)
  const parts = [listed(missing, 'missing'), listed(twice, 'there twice'), listed(foreign, 'of no line')]
  const places = parts.filter(part => part !== '').join(', ')
  return `${expected} lines in the record, ${rows.length} rows in the store${places === '' ? '' : `: ${places}`}`
}

const maxListed = 10

function listed(indexes: readonly number[], what: string): string {
  if (indexes.length === 0) return ''
  const runs = runsOf(indexes.toSorted((a, b) => a - b))
  const named = runs
    .slice(0, maxListed)
    .map(({ first, last }) => (first === last ? String(first) : `${first} to ${last}`))
  const more = runs.slice(maxListed).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const others = more > 0 ? ` and ${more} more` : ''
  return indexes.length === 1 ? `row ${named} is ${what}` : `rows ${named.join(', ')}${others} are ${what}`
}

/** Numbers in their order, as far as one follows the other. */
function runsOf(sorted: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = []
  for (const index of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && index === run.last + 1) run.last = index
    else runs.push({ first: index, last: index })
  }
  return runs
}

/** Sources of files name their file in every row, unless a rule took that away. */
function provePath(check: LedgerCheck, entry: LedgerEntry, where: string, rows: readonly ProvenRow[]): void {
  if (entry.crc32c === undefined) return
  const other = rows.find(row => row.path !== '' && row.path !== entry.source)
  if (other !== undefined)
    check.find('path', entry, where, `row ${other.index} says that it is of ${other.path}`)
}

function proveServices(
  check: LedgerCheck,
  entry: LedgerEntry,
  where: string,
  rows: readonly ProvenRow[],
): void {
  let at = 0
  for (const { service, lines } of entry.services ?? []) {
    for (const end = at + lines; at < end; at++) {
      const found = rows[at]?.service
      if (found === service || found === undefined) continue
      check.find('service', entry, where, `row ${at} is of service '${found}', sent as '${service}'`)
      return
    }
  }
}

function proveContent(
  check: LedgerCheck,
  entry: LedgerEntry,
  where: string,
  rows: readonly ProvenRow[],
): void {
  if (entry.crc32c === undefined) return
  const bytes = Buffer.concat(rows.map(row => row.original))
  const range = `bytes ${entry.from} to ${entry.to}`
  if (checksum(bytes, 0, bytes.length) !== entry.crc32c)
    check.find('content', entry, `${range}, ${where}`, 'the rows do not have the bytes that were sent')
  const accounted = accountedBytes(rows, entry.gaps ?? [])
  const missing = entry.to - entry.from - accounted
  if (missing > 0) check.find('gap', entry, range, `${missing} of its bytes are in no row`)
  else if (missing < 0)
    check.find('overlap', entry, range, `its rows and gaps have ${-missing} bytes more than it`)
}

/** Bytes of the source that rows have or gaps account for. */
function accountedBytes(rows: readonly ProvenRow[], gaps: readonly LedgerGap[]): number {
  const changed = new Set(gaps.filter(gap => gap.isChange).map(gap => gap.row))
  const inRows = rows.reduce((sum, row, i) => (changed.has(i) ? sum : sum + row.original.length), 0)
  return gaps.reduce((sum, gap) => sum + gap.bytes, inRows)
}
