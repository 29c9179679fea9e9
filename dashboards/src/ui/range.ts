import { useState } from 'react'

/** Two moments: Unix milliseconds, RFC 3339, or `now-1h` and its like. */
export interface Range {
  start: string
  end: string
}

/** A range that stays as it is until `look` is called: all parts of a view speak of the same one. */
export function useFixedRange({ start, end }: Range): { range: Range; nowMs: number; look: () => void } {
  const [nowMs, setNowMs] = useState(() => Date.now())
  return { range: resolveRange({ start, end }, nowMs), nowMs, look: () => setNowMs(Date.now()) }
}

export function resolveRange({ start, end }: Range, nowMs: number): Range {
  return { start: fix(start, nowMs), end: fix(end, nowMs) }
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function fix(time: string, nowMs: number): string {
  const found = /^now(?:-(\d+)([smhdw]))?$/.exec(time)
  if (found === null) return time
  const back = found[1] === undefined ? 0 : Number(found[1]) * (units[found[2] ?? ''] ?? 0)
  return String(nowMs - back)
}
