import type { Times } from './times.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const gaps = [
  ...[1, 2, 5, 10, 15, 30].map(n => n * second),
  ...[1, 2, 5, 10, 15, 30].map(n => n * minute),
  ...[1, 2, 3, 6, 12].map(n => n * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map(n => n * day),
]

/**
 * Moments to write below a time axis, on the round of the reader's clock, at most so many; with the distance between them.
 * A day begins where it does in the zone, through a change of its clock too.
 */
export function timeTicks(
  startMs: number,
  endMs: number,
  most: number,
  zone: Pick<Times, 'wallMs' | 'ofWallMs'>,
): { gapMs: number; ticks: number[] } {
  const gapMs = gaps.find(gap => (endMs - startMs) / gap <= most) ?? 365 * day
  const ticks: number[] = []
  const from = Math.ceil(zone.wallMs(startMs) / gapMs) * gapMs
  for (let wall = from; ticks.length <= most + 1; wall += gapMs) {
    const at = zone.ofWallMs(wall)
    if (at > endMs) break
    if (at >= startMs) ticks.push(at)
  }
  return { gapMs, ticks }
}
