/** Offsets [from, to) of a partition. */
export interface Offsets {
  from: number
  to: number
}

/** What of [from, to) is in none of the ranges. */
export function gapsOf({ from, to }: Offsets, counted: readonly Offsets[]): Offsets[] {
  const gaps: Offsets[] = []
  let next = from
  for (const range of counted.toSorted((a, b) => a.from - b.from)) {
    if (range.from > next) gaps.push({ from: next, to: Math.min(range.from, to) })
    next = Math.max(next, range.to)
    if (next >= to) break
  }
  if (next < to) gaps.push({ from: next, to })
  return gaps.filter(gap => gap.from < gap.to)
}

/** A gap in pieces of so many offsets. */
export function piecesOf({ from, to }: Offsets, size: number): Offsets[] {
  const pieces: Offsets[] = []
  for (let at = from; at < to; at += size) pieces.push({ from: at, to: Math.min(to, at + size) })
  return pieces
}
