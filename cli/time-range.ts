import { type Call, type Option, usageError } from './command.ts'
import { formatDuration } from './human.ts'
import { parseSince } from './since.ts'

/** Options of every command that asks about a time. */
export function timeOptions(since = '1h'): Record<'since' | 'start' | 'end', Option> {
  return {
    since: { type: 'string', hint: '15m', description: 'how far back', default: since },
    start: { type: 'string', hint: 'TIME', description: 'from here on, in place of --since' },
    end: { type: 'string', hint: 'TIME', description: 'up to here (default: now)' },
  }
}

export const timeDetails =
  'Times are RFC 3339 (without a zone UTC), Unix s, ms, µs or ns, now, or now-15m (or 15m).'

export interface TimeRange {
  /** As the query API takes them: fixed moments, so that every page of an answer is about the same time. */
  start: string
  end: string
  startMs: number
  endMs: number
  /** For people: `the last 1 h`, or the two moments. */
  words: string
}

/** What `--since`, `--start` and `--end` say. Errors: USAGE. */
export function timeRange(call: Pick<Call, 'text'>, nowMs: number): TimeRange {
  const [since = '1h', start, end] = [call.text('since'), call.text('start'), call.text('end')]
  const endMs = parseSince(end ?? 'now', nowMs, 'end')
  const startMs = start === undefined ? parseSince(since, nowMs) : parseSince(start, nowMs, 'start')
  if (startMs >= endMs)
    throw usageError(
      `--${start === undefined ? `since ${since}` : `start ${start}`} is not before --end ${end ?? 'now'}`,
    )
  const isRecent = start === undefined && end === undefined
  return {
    start: momentText(start, startMs),
    end: momentText(end, endMs),
    startMs,
    endMs,
    words: isRecent
      ? `the last ${formatDuration((nowMs - startMs) / 1000)}`
      : `${shortTime(startMs)} to ${shortTime(endMs)}`,
  }
}

/** What names a moment exactly goes on as it is, with all its digits. */
function momentText(given: string | undefined, ms: number): string {
  return given !== undefined && /^\d{4}-|^\d{9,}/.test(given) ? given : String(BigInt(ms) * 1_000_000n)
}

/** `2026-01-31 12:00:00Z` */
export function shortTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}

export function msOf(ns: string): number {
  return Number(BigInt(ns) / 1_000_000n)
}
