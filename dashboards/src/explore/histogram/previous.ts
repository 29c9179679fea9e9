import type { Range } from '../../ui/range.ts'

/** Milliseconds of a time as the API takes them; undefined for one that only the API can tell. */
export function msOf(time: string): number | undefined {
  if (/^\d+$/.test(time)) return Number(time) * ({ 10: 1000, 16: 1e-3, 19: 1e-6 }[time.length] ?? 1)
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}

/** The time just before a range, as long as it; undefined where its ends are not known here. */
export function previousRange({ start, end }: Range): Range | undefined {
  const [startMs, endMs] = [msOf(start), msOf(end)]
  if (startMs === undefined || endMs === undefined) return undefined
  return { start: String(Math.max(0, startMs - (endMs - startMs))), end: String(startMs) }
}
