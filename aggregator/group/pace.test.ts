import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../lib/base/index.ts'
import { Pace } from './pace.ts'

describe('the rest between ranges', () => {
  it('is as configured while ranges are large, and while the store is fast', () => {
    const pace = new Pace(new FakeClock(), 500)
    expect(pace.delayMs('a', 100)).toBe(500)
    pace.landed('a', 10_000, 400)
    expect(pace.delayMs('a', 100)).toBe(500)
    pace.landed('a', 5, 20)
    expect(pace.delayMs('a', 100)).toBe(500)
  })

  it('grows with what small ranges of all partitions take, to four times as long', () => {
    const clock = new FakeClock()
    const pace = new Pace(clock, 500)
    pace.landed('a', 5, 100)
    expect(pace.delayMs('a', 100)).toBe(900)
    pace.landed('b', 5, 50)
    expect([pace.delayMs('a', 100), pace.delayMs('b', 100)]).toEqual([1_350, 1_350])
    pace.landed('c', 5, 1_000)
    expect(pace.delayMs('a', 100)).toBe(2_000)
    // much has come since
    expect(pace.delayMs('a', 100_000)).toBe(500)
    // a large one waits for none of them, and neither do others for what came long ago
    pace.landed('b', 5_000, 100)
    expect(pace.delayMs('b', 100)).toBe(500)
    clock.advance(4_001)
    pace.landed('a', 5, 100)
    expect(pace.delayMs('a', 100)).toBe(900)
    pace.leave('a')
    expect(pace.delayMs('a', 100)).toBe(500)
  })
})
