import { parseDurationSeconds } from '../lib/logql/index.ts'
import { usageError } from './command.ts'

/**
 * The moment that an option names: a duration back from now (`6h`, `-6h`, `now-6h`), `now`, a time (RFC 3339), or Unix seconds,
 * milliseconds, microseconds or nanoseconds, told apart by size. In ms. Errors: USAGE.
 */
export function parseSince(text: string, nowMs: number, option = 'since'): number {
  const ms = momentOf(text.trim(), nowMs)
  if (Number.isNaN(ms))
    throw usageError(
      `--${option}: found '${text}', expected a duration as in 6h, or a time as in 2026-01-31T12:00:00Z`,
    )
  return Math.max(0, Math.floor(ms))
}

function momentOf(text: string, nowMs: number): number {
  if (text === 'now') return nowMs
  const seconds = parseDurationSeconds(text.replace(/^(?:now)?-/, ''))
  if (seconds !== undefined) return nowMs - seconds * 1000
  if (/^\d{9,}(\.\d+)?$/.test(text)) return unixMs(Number(text))
  return /^\d+$/.test(text) ? Number.NaN : Date.parse(withZone(text))
}

/** As the query API has it, and as times are printed: without a zone UTC is meant, on every machine. */
function withZone(text: string): string {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
}

/** As the query API tells them apart. */
function unixMs(value: number): number {
  if (value < 1e11) return value * 1000
  if (value < 1e14) return value
  return value < 1e17 ? value / 1000 : value / 1e6
}
