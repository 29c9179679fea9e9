import { describe, expect, it } from 'vitest'
import { countedStepMs, inZone, ZoneClock } from './zone-steps.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** One line in each counted step of a range. */
function steady(start: string, end: string, stepMs: number) {
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
  const count = (endMs - startMs) / stepMs
  return Array.from({ length: count }, (_, i) => ({
    start: `${startMs + i * stepMs}000000`,
    counts: { info: 1 },
  }))
}

const shown = (buckets: ReturnType<typeof inZone>) =>
  buckets.map(({ start, counts }) => [
    new Date(Number(BigInt(start) / 1_000_000n)).toISOString(),
    counts['info'],
  ])

describe('steps by the clock of a zone', () => {
  it('are counted finer only where they must be', () => {
    const counted = (
      zone: string,
      stepMs: number,
      start = '2026-07-01T00:00:00Z',
      end = '2026-07-08T00:00:00Z',
    ) => countedStepMs(stepMs, Date.parse(start), Date.parse(end), new ZoneClock(zone))
    expect(counted('UTC', dayMs)).toBe(dayMs)
    expect(counted('Europe/London', dayMs, '2026-01-01T00:00:00Z', '2026-01-08T00:00:00Z')).toBe(dayMs)
    expect(counted('Europe/London', dayMs, '2026-01-01T00:00:00Z', '2026-12-30T00:00:00Z')).toBe(hourMs)
    expect(counted('Europe/Paris', hourMs)).toBe(hourMs)
    expect(counted('Europe/Paris', 12 * hourMs)).toBe(hourMs)
    expect(counted('Asia/Kolkata', hourMs)).toBe(hourMs / 4)
    expect(counted('Asia/Kathmandu', 15 * 60_000)).toBe(15 * 60_000)
    // not to be put together by quarters of an hour
    expect(counted('Asia/Kolkata', 7 * 60_000)).toBe(7 * 60_000)
  })

  it('have days of 23 and of 25 hours', () => {
    const spring = steady('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', hourMs)
    expect(shown(inZone(spring, dayMs, new ZoneClock('Europe/Paris')))).toEqual([
      ['2026-03-27T23:00:00.000Z', 24],
      ['2026-03-28T23:00:00.000Z', 23],
      ['2026-03-29T22:00:00.000Z', 24],
    ])
    const autumn = steady('2026-10-24T00:00:00Z', '2026-10-26T23:00:00Z', hourMs)
    expect(shown(inZone(autumn, dayMs, new ZoneClock('Europe/Paris')))).toEqual([
      ['2026-10-23T22:00:00.000Z', 22],
      ['2026-10-24T22:00:00.000Z', 25],
      ['2026-10-25T23:00:00.000Z', 24],
    ])
  })

  it('begin on the half hour where the zone does, and on the other side of the date line', () => {
    const day = steady('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', hourMs / 4)
    expect(shown(inZone(day, dayMs, new ZoneClock('Asia/Kolkata')))).toEqual([
      ['2026-11-22T18:30:00.000Z', 74],
      ['2026-11-23T18:30:00.000Z', 22],
    ])
    expect(shown(inZone(day, dayMs, new ZoneClock('Pacific/Kiritimati')))[1]).toEqual([
      '2026-11-23T10:00:00.000Z',
      56,
    ])
  })

  it('want a zone that there is', () => {
    expect(() => new ZoneClock('Europe/Atlantis')).toThrow(
      "timezone: found 'Europe/Atlantis', expected a name",
    )
  })
})
