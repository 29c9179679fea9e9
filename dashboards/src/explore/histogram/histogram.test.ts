import { describe, expect, it } from 'vitest'
import { timeTicks } from '../../ui/time-ticks.ts'
import { makeTimes } from '../../ui/times.ts'
import { topOf } from './axis.ts'
import { previousRange } from './previous.ts'

describe('axes', () => {
  it('are marked on the round', () => {
    const { gapMs, ticks } = timeTicks(
      Date.UTC(2026, 1, 1, 10, 7),
      Date.UTC(2026, 1, 1, 11, 7),
      6,
      makeTimes('UTC'),
    )
    expect(gapMs).toBe(10 * 60_000)
    expect(ticks.map(ms => new Date(ms).toISOString().slice(11, 16))).toEqual([
      '10:10',
      '10:20',
      '10:30',
      '10:40',
      '10:50',
      '11:00',
    ])
    expect([0, 1, 3, 12, 99, 1_001].map(topOf)).toEqual([0, 2, 5, 20, 100, 2_000])
  })

  it('are marked where days and hours begin in the zone of the reader, and where its clock is changed', () => {
    const marked = (zone: string, from: number, days: number) => {
      const times = makeTimes(zone)
      return timeTicks(from, from + days * 86_400_000, 8, times).ticks.map(ms => times.dateTime(ms).slice(5))
    }
    expect(marked('Asia/Tokyo', Date.UTC(2026, 10, 23, 3), 3)).toEqual([
      '11-23 12:00:00',
      '11-24 00:00:00',
      '11-24 12:00:00',
      '11-25 00:00:00',
      '11-25 12:00:00',
      '11-26 00:00:00',
      '11-26 12:00:00',
    ])
    expect(marked('Asia/Kolkata', Date.UTC(2026, 10, 23, 3, 10), 0.25)[0]).toBe('11-23 09:00:00')
    // the clock goes back an hour on the 25th
    expect(marked('Europe/Berlin', Date.UTC(2026, 9, 23, 22), 4)).toEqual([
      '10-24 00:00:00',
      '10-24 12:00:00',
      '10-25 00:00:00',
      '10-25 12:00:00',
      '10-26 00:00:00',
      '10-26 12:00:00',
      '10-27 00:00:00',
      '10-27 12:00:00',
    ])
  })
})

describe('the period before', () => {
  it('ends where the range starts, and is as long', () => {
    expect(previousRange({ start: '2000', end: '3000' })).toEqual({ start: '1000', end: '2000' })
    expect(previousRange({ start: '2026-11-23T01:00:00Z', end: '2026-11-23T02:00:00Z' })).toEqual({
      start: String(Date.UTC(2026, 10, 23)),
      end: String(Date.UTC(2026, 10, 23, 1)),
    })
  })
})
