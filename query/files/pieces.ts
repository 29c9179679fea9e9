import { checksum } from '../../lib/kafka/index.ts'
import type { ByteReason, LedgerEntry, LedgerGap } from '../../lib/ledger/index.ts'
import { isExpired, type StoredRecord } from '../../store/index.ts'
import {
  type DeletedRows,
  deletedStretches,
  deletionsOf,
  deletionText,
  isWithin,
  type Stretch,
} from './deleted.ts'
import type { OriginalRow } from './original-row.ts'

/** Bytes of a file, or what is to be said of a range of it. */
export type FilePiece =
  | { kind: 'bytes'; bytes: Buffer }
  | {
      kind: 'note'
      /** Bytes of the file, half open. */
      from: number
      to: number
      reason: string
      /** False: the bytes were given, and are not those that were sent. */
      isMissing: boolean
    }

const holeReason: ByteReason = 'nul-hole'
const zeros = Buffer.alloc(65_536)

export interface FileRange {
  from: number
  /** Undefined: to the end. */
  to: number | undefined
}

/**
 * Puts a file together out of its records as they come, in the order of their bytes: every byte once, and a note where one
 * is not there as it was written. Pure.
 */
export class FileAssembly {
  readonly #range: FileRange
  readonly #nowMs: number
  /** Every byte below was given or noted. */
  #reached: number

  constructor(range: FileRange, nowMs: number) {
    this.#range = range
    this.#reached = range.from
    this.#nowMs = nowMs
  }

  *add(
    record: StoredRecord,
    rows: readonly OriginalRow[],
    deleted: readonly DeletedRows[] = [],
  ): Iterable<FilePiece> {
    const { entry } = record
    if (entry === undefined || entry.to <= this.#reached) return
    if (entry.from > this.#reached) yield* this.#note(this.#reached, entry.from, 'in no record')
    const gone = deletedStretches(entry, rows, deleted)
    const problem = gone === undefined ? whyIncomplete(record, entry, rows, deleted, this.#nowMs) : undefined
    if (problem !== undefined) {
      yield* this.#note(Math.max(entry.from, this.#reached), entry.to, problem)
      return
    }
    if (gone === undefined && !isAsSent(entry, rows)) {
      const [from, to] = this.#cut(Math.max(entry.from, this.#reached), entry.to)
      const reason = 'the store does not have the bytes that were sent'
      if (to > from) yield { kind: 'note', from, to, reason, isMissing: false }
    }
    yield* this.#record(entry, rows, gone ?? [], deleted)
  }

  /** What is missing at the end. */
  *end(): Iterable<FilePiece> {
    const { to } = this.#range
    if (to !== undefined && this.#reached < to) yield* this.#note(this.#reached, to, 'in no record')
  }

  *#record(
    entry: LedgerEntry,
    rows: readonly OriginalRow[],
    gone: readonly Stretch[],
    deleted: readonly DeletedRows[],
  ): Iterable<FilePiece> {
    const originals = new Map(rows.map(({ index, original }) => [index, original]))
    let gaps = entry.gaps ?? []
    let at = entry.from
    for (let row = 0; row <= entry.lines; row++) {
      const stretch = gone.find(({ first }) => first === row)
      if (stretch !== undefined) gaps = gaps.filter(gap => !isWithin(gap, stretch))
      const change = gapsAt(gaps, row)
      for (const gap of change.before) {
        yield* gap.reason === holeReason
          ? this.#hole(at, at + gap.bytes)
          : this.#note(at, at + gap.bytes, gap.reason)
        at += gap.bytes
      }
      const original = originals.get(row)
      if (stretch !== undefined) {
        yield* this.#note(at, at + stretch.bytes, deletionText(stretch.lines, deletionsOf(stretch, deleted)))
        at += stretch.bytes
        row += stretch.lines - 1
      } else if (change.changed !== undefined) {
        yield* this.#note(at, at + change.changed.bytes, `changed by ${change.changed.reason}`)
        at += change.changed.bytes
      } else if (original !== undefined) {
        yield* this.#bytes(at, original)
        at += original.length
      }
    }
  }

  *#bytes(at: number, bytes: Buffer): Iterable<FilePiece> {
    const [from, to] = this.#cut(at, at + bytes.length)
    if (to <= from) return
    this.#reached = to
    yield { kind: 'bytes', bytes: bytes.subarray(from - at, to - at) }
  }

  /** Passed over, and known: nothing but NULs stood there. */
  *#hole(at: number, end: number): Iterable<FilePiece> {
    for (let from = at; from < end; from += zeros.length)
      yield* this.#bytes(from, zeros.subarray(0, end - from))
  }

  *#note(at: number, end: number, reason: string): Iterable<FilePiece> {
    const [from, to] = this.#cut(at, end)
    if (to <= from) return
    this.#reached = to
    yield { kind: 'note', from, to, reason, isMissing: true }
  }

  #cut(from: number, to: number): [number, number] {
    return [Math.max(from, this.#reached), Math.min(to, this.#range.to ?? to)]
  }
}

/** Why the rows do not make up the record; undefined where they do. */
function whyIncomplete(
  record: StoredRecord,
  entry: LedgerEntry,
  rows: readonly OriginalRow[],
  deleted: readonly DeletedRows[],
  nowMs: number,
): string | undefined {
  if (rows.length === entry.lines && rows.every((row, i) => row.index === i))
    return lengthOf(entry, rows) === entry.to - entry.from
      ? undefined
      : 'its rows have another length than it'
  if (record.error !== '') return `its record could not be read: ${record.error}`
  if (isExpired(record, nowMs)) return 'its retention is over'
  const gone = entry.lines - rows.length
  const noted = deleted.reduce((sum, one) => sum + one.rows, 0)
  if (gone > 0 && gone <= noted)
    return `${deletionText(gone, deleted)}, and where between the others they stood was not noted`
  return 'its rows are not in the store once each (lost or twice): see millrace verify'
}

function lengthOf({ gaps = [] }: LedgerEntry, rows: readonly OriginalRow[]): number {
  const changed = new Set(gaps.filter(gap => gap.isChange).map(gap => gap.row))
  const inGaps = gaps.reduce((sum, gap) => sum + gap.bytes, 0)
  return rows.reduce((sum, row, i) => (changed.has(i) ? sum : sum + row.original.length), inGaps)
}

function isAsSent({ crc32c }: LedgerEntry, rows: readonly OriginalRow[]): boolean {
  if (crc32c === undefined) return true
  const bytes = Buffer.concat(rows.map(row => row.original))
  return checksum(bytes, 0, bytes.length) === crc32c
}

/** What stands before a row, and whether the row was changed. */
function gapsAt(
  gaps: readonly LedgerGap[],
  row: number,
): { before: LedgerGap[]; changed: LedgerGap | undefined } {
  const found = gaps.filter(gap => gap.row === row)
  return { before: found.filter(gap => !gap.isChange), changed: found.find(gap => gap.isChange) }
}
