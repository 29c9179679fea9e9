import { useRef } from 'react'

/**
 * How fast figures grow, out of two looks at them. Gives per second what has grown since the look before; nothing at the
 * first. A figure that shrank began anew.
 */
export function useRates(atMs: number, figures: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const looks = useRef<{
    atMs: number
    figures: ReadonlyMap<string, number>
    rates: ReadonlyMap<string, number>
  }>(undefined)
  const before = looks.current
  if (before === undefined) looks.current = { atMs, figures, rates: new Map() }
  else if (atMs > before.atMs)
    looks.current = { atMs, figures, rates: ratesBetween(before, { atMs, figures }) }
  return looks.current?.rates ?? new Map()
}

interface Look {
  atMs: number
  figures: ReadonlyMap<string, number>
}

export function ratesBetween(before: Look, now: Look): Map<string, number> {
  const seconds = (now.atMs - before.atMs) / 1000
  const rates = new Map<string, number>()
  for (const [name, value] of now.figures) {
    const last = before.figures.get(name)
    if (last !== undefined && value >= last) rates.set(name, (value - last) / seconds)
  }
  return rates
}
