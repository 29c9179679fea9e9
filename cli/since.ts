import { parseDurationSeconds } from '../lib/logql/index.ts'

/**
 * A duration back from now, or a time: milliseconds since 1970; undefined for anything else.
 *
 * @example
 * sinceMs('1h', 7_200_000) // => 3_600_000
 * sinceMs('1970-01-01T00:00:01Z', 0) // => 1000
 */
export function sinceMs(text: string, nowMs: number): number | undefined {
  const seconds = parseDurationSeconds(text)
  if (seconds !== undefined) return seconds > 0 ? nowMs - seconds * 1000 : undefined
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
