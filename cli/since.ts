import { parseDurationSeconds } from '../lib/logql/index.ts'
import { usageError } from './command.ts'

/** The moment that `--since` names: a duration back from now, or a time. Errors: USAGE. */
export function parseSince(text: string, nowMs: number): number {
  const seconds = parseDurationSeconds(text)
  const ms = seconds === undefined ? Date.parse(text) : nowMs - seconds * 1000
  if (Number.isNaN(ms))
    throw usageError(
      `--since: found '${text}', expected a duration as in 6h, or a time as in 2026-01-31T12:00:00Z`,
    )
  return Math.max(0, Math.floor(ms))
}
