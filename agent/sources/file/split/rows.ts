import type { ByteReason } from '../../../../lib/ledger/index.ts'

/** What a row is beside its text; several may hold. */
export const rowFlags = {
  /** The line was longer than allowed: what is missing is counted as dropped. */
  cut: 1,
  /** The line had no end yet, and its file had not grown for long. */
  partial: 2,
  /** The row goes on with a line of which the part before is the row before. */
  continued: 4,
} as const

/** Why bytes of a file are in no row. */
export type DropRule = ByteReason

/** What a container runtime says of a line. */
export interface Stamp {
  seconds: number
  nanos: number
  stream: 'stdout' | 'stderr'
}

/** Takes what is found in a chunk, in its order. */
export interface RowSink {
  /** A line, or an event of several, without the last line end. */
  row(bytes: Buffer, start: number, end: number, flags: number, stamp?: Stamp): void
  /** Bytes that were passed over. */
  drop(rule: DropRule, bytes: number): void
}

/**
 * What is known of a chunk's end: more may follow, no more followed for a while so that the last event is taken for
 * whole, or for so long that a line is taken without its end, or nothing will ever follow.
 */
export type Ending = 'open' | 'quiet' | 'partial' | 'finished'
