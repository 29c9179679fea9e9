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
  /** See ContainerLine. */
  attrs: string
  /** Where its bytes stand in the chunk's text, what the runtime wrote around them and the line end among them. */
  from: number
  to: number
  /** Bytes between the two that are its own: others', of the other stream, may stand within. */
  own: number
}

/** Takes what is found in a chunk, in its order. */
export interface RowSink {
  /** A line, or an event of several, without the last line end. */
  row(bytes: Buffer, start: number, end: number, flags: number, stamp?: Stamp): void
  /** Bytes that were passed over, by where they stand in the chunk's text. */
  drop(rule: DropRule, start: number, end: number): void
}

/** Where a row ends that is a line of the chunk's: one that was taken without its end has none. */
export function endOfRow(bytes: Buffer, end: number, flags: number): number {
  return (flags & (rowFlags.cut | rowFlags.partial)) === 0 ? behindLine(bytes, end) : end
}

/** Where a line ends whose content ends at `end`: behind its line feed, where it has one. */
export function behindLine(bytes: Buffer, end: number): number {
  return bytes[end] === 0x0a ? end + 1 : end
}

/**
 * What is known of a chunk's end: more may follow, no more followed for a while so that the last event is taken for
 * whole, or for so long that a line is taken without its end, or nothing will ever follow.
 */
export type Ending = 'open' | 'quiet' | 'partial' | 'finished'
