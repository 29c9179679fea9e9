import { OperatingError, type ZoneOffset, zoneOffset } from '../lib/base/index.ts'
import type { Histogram } from './histogram.ts'

const hourMs = 3_600_000
/** Offsets of zones are multiples of it. */
const quarterMs = hourMs / 4
const nsPerMs = 1_000_000n

/** The clock of a zone of the IANA database. Errors: PARAMETER_INVALID where there is none of that name. */
export class ZoneClock {
  readonly #offset: ZoneOffset
  #quarter = Number.NaN
  #offsetMs = 0

  constructor(zone: string) {
    const offset = zoneOffset(zone)
    if (offset === undefined) {
      const message = `timezone: found '${zone}', expected a name of the IANA database as in Europe/Paris, or UTC`
      throw new OperatingError('PARAMETER_INVALID', message)
    }
    this.#offset = offset
  }

  /** What is to be added to a moment for what the clock shows then. */
  offsetMs(ms: number): number {
    const quarter = Math.floor(ms / quarterMs)
    if (quarter !== this.#quarter) {
      this.#quarter = quarter
      this.#offsetMs = this.#offset((quarter * quarterMs) / 1000) * 1000
    }
    return this.#offsetMs
  }
}

/**
 * The step to count in, so that what is counted can be put together by a zone's clock: finer than the one that is asked for where
 * that does not divide the zone's offset from UTC.
 */
export function countedStepMs(stepMs: number, startMs: number, endMs: number, clock: ZoneClock): number {
  const offsets = [startMs, (startMs + endMs) / 2, endMs, ...quartersOfYear(startMs, endMs)].map(ms =>
    clock.offsetMs(ms),
  )
  return (
    [stepMs, hourMs, quarterMs].find(
      counted => stepMs % counted === 0 && offsets.every(offset => offset % counted === 0),
    ) ?? stepMs
  )
}

/** Moments in every season of a range: between two a clock changes once at most, and back again never. */
function quartersOfYear(startMs: number, endMs: number): number[] {
  const seasonMs = 45 * 24 * hourMs
  const count = Math.max(0, Math.floor((endMs - startMs) / seasonMs))
  return Array.from({ length: count }, (_, i) => startMs + (i + 1) * seasonMs)
}

/** Buckets as the zone's clock has them: a day of a change has 23 hours, or 25. */
export function inZone(
  buckets: Histogram['buckets'],
  stepMs: number,
  clock: ZoneClock,
): Histogram['buckets'] {
  const found = new Map<number, { start: string; counts: Record<string, number> }>()
  for (const { start, counts } of buckets) {
    const ms = Number(BigInt(start) / nsPerMs)
    const step = Math.floor((ms + clock.offsetMs(ms)) / stepMs)
    const bucket = found.get(step) ?? { start: beginOf(step * stepMs, ms, clock), counts: {} }
    found.set(step, bucket)
    for (const [name, count] of Object.entries(counts))
      bucket.counts[name] = (bucket.counts[name] ?? 0) + count
  }
  return [...found.values()]
}

/** When the clock showed this: before `ms`, and by the offset from before where it was changed since. */
function beginOf(wallMs: number, ms: number, clock: ZoneClock): string {
  const first = wallMs - clock.offsetMs(ms)
  return String(BigInt(wallMs - clock.offsetMs(first)) * nsPerMs)
}
