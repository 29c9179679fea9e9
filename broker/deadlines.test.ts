import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines } from './deadlines.ts'

describe('deadlines', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const clock = { nowMs: () => Date.now(), monotonicMs: () => Date.now() }

  it('run in order of time, whatever the order they were set in, unless cancelled', () => {
    const deadlines = new Deadlines(clock)
    const ran: number[] = []
    for (const delay of [50, 10, 30, 40, 20]) deadlines.after(delay, () => ran.push(delay))
    deadlines.after(25, () => ran.push(25)).cancel()
    vi.advanceTimersByTime(35)
    expect(ran).toEqual([10, 20, 30])
    vi.advanceTimersByTime(100)
    expect(ran).toEqual([10, 20, 30, 40, 50])
    expect(deadlines.size).toBe(0)
  })

  it('hold on to no more than twice what still waits', () => {
    const deadlines = new Deadlines(clock)
    let ran = 0
    for (let i = 0; i < 10_000; i++) deadlines.after(1000 + (i % 97), () => ran++).cancel()
    const kept = deadlines.after(500, () => ran++)
    expect(deadlines.size).toBe(1)
    vi.advanceTimersByTime(2000)
    expect(ran).toBe(1)
    kept.cancel()
    expect(deadlines.size).toBe(0)
  })
})
