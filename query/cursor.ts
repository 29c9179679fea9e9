import { OperatingError } from '../lib/base/index.ts'

/** Where a line stands in the order of all lines: its time, then its place in the topic. Exact: no two lines share one. */
export interface Position {
  timestampNs: bigint
  partition: number
  offset: bigint
  index: number
}

/** `1763862000123456789-0-12-3`: a line's id, and what a cursor is made of. */
export function formatPosition({ timestampNs, partition, offset, index }: Position): string {
  return `${timestampNs}-${partition}-${offset}-${index}`
}

/** Errors: CURSOR_INVALID. */
export function parsePosition(text: string): Position {
  const found = /^(\d{1,19})-(\d{1,9})-(\d{1,19})-(\d{1,9})$/.exec(text)
  if (found === null)
    throw new OperatingError(
      'CURSOR_INVALID',
      `'${text}' is not a position: give back what an answer gave, unchanged`,
    )
  const [, ns, partition, offset, index] = found as unknown as [string, string, string, string, string]
  return {
    timestampNs: BigInt(ns),
    partition: Number(partition),
    offset: BigInt(offset),
    index: Number(index),
  }
}

/** A cursor goes out as one opaque word, so that nobody counts on what is in it. */
export function encodeCursor(position: Position): string {
  return Buffer.from(formatPosition(position)).toString('base64url')
}

/** Errors: CURSOR_INVALID. */
export function decodeCursor(text: string): Position {
  return parsePosition(Buffer.from(text, 'base64url').toString('latin1'))
}
