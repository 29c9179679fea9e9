import { checksum } from '../../lib/kafka/index.ts'
import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { isExpired, type StoredRecord } from '../../store/index.ts'
import { type DeletedRows, deletionText } from './deleted.ts'
import { deletionsOf, distinctRows, missingStretches, type Stretch } from './missing.ts'
import type { OriginalRow } from './original-row.ts'
import { type Segment, segmentsOf, unplaced } from './segments.ts'

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
    const whole = distinctRows(entry, rows)
    const missing = missingStretches(entry, whole, deleted)
    const why = whyMissing(record, missing, deleted, this.#nowMs)
    if (whole.length === 0 && missing[0] !== undefined) {
      yield* this.#note(Math.max(entry.from, this.#reached), entry.to, why(missing[0]))
      return
    }
    const problem =
      whole.length < rows.length ? isTwice : isAsSent(entry, whole, missing) ? undefined : isOther
    if (problem !== undefined) {
      const [from, to] = this.#cut(Math.max(entry.from, this.#reached), entry.to)
      if (to > from) yield { kind: 'note', from, to, reason: problem, isMissing: false }
    }
    yield* this.#record(entry, segmentsOf(entry, whole, missing), why)
    this.#reached = Math.max(this.#reached, Math.min(entry.to, this.#range.to ?? entry.to))
  }

  /** What is missing at the end. */
  *end(): Iterable<FilePiece> {
    const { to } = this.#range
    if (to !== undefined && this.#reached < to) yield* this.#note(this.#reached, to, 'in no record')
  }

  *#record(
    entry: LedgerEntry,
    segments: readonly Segment[],
    why: (stretch: Stretch) => string,
  ): Iterable<FilePiece> {
    const together = unplaced(segments, entry.to - entry.from)
    let at = entry.from
    for (const [i, segment] of segments.entries()) {
      if (i === together?.first) {
        yield* this.#together(at, at + together.length, segments.slice(i, together.end), why)
        at += together.length
      }
      if (together !== undefined && i >= together.first && i < together.end) continue
      yield* this.#segment(at, segment, why)
      at += segment.length
    }
  }

  *#segment(at: number, segment: Segment, why: (stretch: Stretch) => string): Iterable<FilePiece> {
    const end = at + segment.length
    if (segment.kind === 'bytes') yield* this.#bytes(at, segment.bytes)
    else if (segment.kind === 'hole') yield* this.#hole(at, end)
    else yield* this.#note(at, end, segment.kind === 'gap' ? segment.reason : why(segment.stretch))
  }

  /** Bytes whose places are not known are given one after the other, where all of their range is asked for. */
  *#together(
    at: number,
    end: number,
    segments: readonly Segment[],
    why: (stretch: Stretch) => string,
  ): Iterable<FilePiece> {
    const [from, to] = this.#cut(at, end)
    if (to <= from) return
    this.#reached = to
    const reasons = segments.flatMap(one =>
      one.kind === 'missing' ? why(one.stretch) : one.kind === 'gap' ? one.reason : [],
    )
    const isAsked = from === at && to === end
    const rest = isAsked ? 'all others of it are given' : 'ask for all of it to have the others'
    const said = reasons.length === 0 ? 'its rows have another length than it' : reasons.join('; ')
    yield { kind: 'note', from, to, reason: `${said}; ${rest}`, isMissing: reasons.length > 0 || !isAsked }
    if (!isAsked) return
    for (const one of segments) {
      if (one.kind === 'bytes') yield { kind: 'bytes', bytes: one.bytes }
      else if (one.kind === 'hole') yield* holeOf(one.length)
    }
  }

  *#bytes(at: number, bytes: Buffer): Iterable<FilePiece> {
    const [from, to] = this.#cut(at, at + bytes.length)
    if (to <= from) return
    this.#reached = to
    yield { kind: 'bytes', bytes: bytes.subarray(from - at, to - at) }
  }

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

function* holeOf(length: number): Iterable<FilePiece> {
  for (let from = 0; from < length; from += zeros.length)
    yield { kind: 'bytes', bytes: zeros.subarray(0, length - from) }
}

const isTwice = 'lines of it are in the store twice, and given once: see millrace verify'
const isOther = 'the store does not have the bytes that were sent'

/** Why lines of a record are missing. */
function whyMissing(
  record: StoredRecord,
  missing: readonly Stretch[],
  deleted: readonly DeletedRows[],
  nowMs: number,
): (stretch: Stretch) => string {
  const lines = missing.reduce((sum, stretch) => sum + stretch.lines, 0)
  const areAllNoted = lines <= deleted.reduce((sum, one) => sum + one.rows, 0)
  return stretch => {
    const found = deletionsOf(stretch, deleted)
    if (areAllNoted || found.lines === stretch.lines) return deletionText(stretch.lines, found.by)
    if (record.error !== '') return `its record could not be read: ${record.error}`
    if (isExpired(record, nowMs)) return 'its retention is over'
    const lost = stretch.lines - found.lines
    const text = `${lost} ${lost === 1 ? 'line is' : 'lines are'} lost: see millrace verify`
    return found.lines === 0 ? text : `${text}; ${deletionText(found.lines, found.by)}`
  }
}

/** What is not there cannot be compared. */
function isAsSent(
  { crc32c }: LedgerEntry,
  rows: readonly OriginalRow[],
  missing: readonly Stretch[],
): boolean {
  if (crc32c === undefined || missing.length > 0) return true
  const bytes = Buffer.concat(rows.map(row => row.original))
  return checksum(bytes, 0, bytes.length) === crc32c
}
