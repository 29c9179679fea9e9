import { describe, expect, it } from 'vitest'
import { timeTicks, topOf } from './axis.ts'
import { previousRange } from './previous.ts'

describe('axes', () => {
  it('are marked on the round', () => {
    const { gapMs, ticks } = timeTicks(Date.UTC(2026, 1, 1, 10, 7), Date.UTC(2026, 1, 1, 11, 7), 6)
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
