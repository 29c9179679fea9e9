import { msOf, type Range } from '../../ui/range.ts'

/** The time just before a range, as long as it; undefined where its ends are not known here. */
export function previousRange({ start, end }: Range): Range | undefined {
  const [startMs, endMs] = [msOf(start), msOf(end)]
  if (startMs === undefined || endMs === undefined) return undefined
  return { start: String(Math.max(0, startMs - (endMs - startMs))), end: String(startMs) }
}
