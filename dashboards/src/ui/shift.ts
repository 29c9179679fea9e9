import type { Range } from './range.ts'

/** Unix milliseconds of a time as addresses have it: Unix s, ms, µs or ns, or RFC 3339; undefined for what is relative. */
export function msOf(time: string): number | undefined {
  if (/^\d+$/.test(time)) return Number(time) * ({ 10: 1000, 16: 1e-3, 19: 1e-6 }[time.length] ?? 1)
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}

/** The range as long as this one, just before or just after it; never in the future. Takes and gives fixed times. */
export function shifted({ start, end }: Range, direction: -1 | 1, nowMs: number): Range | undefined {
  const [startMs, endMs] = [msOf(start), msOf(end)]
  if (startMs === undefined || endMs === undefined) return undefined
  const width = endMs - startMs
  const to = Math.min(nowMs, endMs + direction * width)
  return { start: String(Math.round(to - width)), end: String(Math.round(to)) }
}
