import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf, Metrics } from '../lib/base/index.ts'
import { watchMemory } from './memory.ts'

describe('the watch over memory', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('fails the role once when it has been too large for a while, and not for a moment', () => {
    const failures: (string | undefined)[] = []
    let resident = 900
    const context = { metrics: new Metrics(), fail: (error: unknown) => failures.push(codeOf(error)) }
    const stop = watchMemory(1000, context, () => resident)
    resident = 2000
    vi.advanceTimersByTime(2_000)
    resident = 1000
    vi.advanceTimersByTime(1_000)
    resident = 2000
    vi.advanceTimersByTime(2_000)
    expect(failures).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(failures).toEqual(['STORE_MEMORY'])
    stop()
  })
})
