import { startsWith } from './trace-lines.ts'

const timeHead = Buffer.from('# Time: ')
const userHead = Buffer.from('# User@Host: ')
const versionWord = Buffer.from(', Version: ')

/** What a line may be of MySQL's slow query log; the head of a server that begins to write ends a record as well. */
export type SlowLine = 'time' | 'user' | 'comment' | 'server' | 'other'

/** Before the blanks at a line's end. */
export function endOfText(bytes: Buffer, start: number, end: number): number {
  let stop = end
  while (stop > start && (bytes[stop - 1] as number) <= 0x20) stop--
  return stop
}

export function slowLineOf(bytes: Buffer, start: number, end: number): SlowLine {
  if (bytes[start] === 0x2f && bytes.subarray(start, end).includes(versionWord)) return 'server'
  if (start >= end || bytes[start] !== 0x23) return 'other'
  if (startsWith(bytes, start, end, userHead)) return 'user'
  const digit = bytes[start + timeHead.length] as number
  const isTime = startsWith(bytes, start, end, timeHead) && digit >= 0x30 && digit <= 0x39
  return isTime ? 'time' : 'comment'
}
