import { useState } from 'react'
import { readDuration } from './duration.ts'

/** Two moments: Unix s, ms, µs or ns, RFC 3339, or `now-1h` and its like. */
export interface Range {
  start: string
  end: string
}

/** A range that stays as it is until `look` is called: all parts of a view speak of the same one. */
export function useFixedRange({ start, end }: Range): { range: Range; nowMs: number; look: () => void } {
  const [nowMs, setNowMs] = useState(() => Date.now())
  return { range: resolveRange({ start, end }, nowMs), nowMs, look: () => setNowMs(Date.now()) }
}

/** What is relative becomes a moment; all else is as exact as it was. */
export function resolveRange({ start, end }: Range, nowMs: number): Range {
  return { start: fix(start, nowMs), end: fix(end, nowMs) }
}

function fix(time: string, nowMs: number): string {
  if (time === 'now') return String(nowMs)
  const backMs = time.startsWith('now-') ? readDuration(time.slice('now-'.length)) : undefined
  return backMs === undefined ? time : String(nowMs - backMs)
}

/** The address of what is shown, with its range fixed to the moments that are shown now: whoever opens it sees the same. */
export function fixedLink(range: Range): string {
  const { start, end } = resolveRange(range, Date.now())
  const url = new URL(window.location.href)
  url.searchParams.set('start', start)
  url.searchParams.set('end', end)
  return url.href
}

/** Unix milliseconds of a moment; undefined for what is relative, or none. */
export function msOf(time: string): number | undefined {
  if (/^\d+$/.test(time)) return Number(time) * ({ 10: 1000, 16: 1e-3, 19: 1e-6 }[time.length] ?? 1)
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}

/** Both ends of a fixed range in Unix milliseconds; NaN where one is no moment, which the API then says. */
export function momentsOf({ start, end }: Range): { startMs: number; endMs: number } {
  return { startMs: msOf(start) ?? Number.NaN, endMs: msOf(end) ?? Number.NaN }
}
