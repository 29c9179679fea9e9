import { msOf, type Range } from './range.ts'

/** The range as long as this one, just before or just after it; never in the future. Takes and gives fixed times. */
export function shifted({ start, end }: Range, direction: -1 | 1, nowMs: number): Range | undefined {
  const [startMs, endMs] = [msOf(start), msOf(end)]
  if (startMs === undefined || endMs === undefined) return undefined
  const width = endMs - startMs
  const to = Math.min(nowMs, endMs + direction * width)
  return { start: String(Math.round(to - width)), end: String(Math.round(to)) }
}
