import { expect, test } from 'vitest'
import { FakeClock, memoryLogger, OnceAMinute } from '../../lib/base/index.ts'
import { Governor } from './governor.ts'
import { Rate } from './rate.ts'

function governed(limits: { maxCpu: number | null; maxMemoryBytes: number | null }) {
  const clock = new FakeClock()
  const { logger, entries } = memoryLogger()
  const used = { cpuMs: 0, memoryBytes: 100 }
  let opened = 0
  const governor = new Governor({
    limits,
    clock,
    troubles: new OnceAMinute(logger, clock),
    usage: () => ({ ...used }),
    onOpen: () => {
      opened++
    },
  })
  const pass = (ms: number, cpuMs: number): string | undefined => {
    clock.advance(ms)
    used.cpuMs += cpuMs
    governor.measure()
    return governor.limit
  }
  return { governor, used, pass, entries, opened: () => opened }
}

test('processor time beyond the share is waited off, and said once', () => {
  const { governor, pass, entries, opened } = governed({ maxCpu: 0.5, maxMemoryBytes: null })
  expect(pass(100, 40)).toBeUndefined()
  expect(pass(100, 90)).toBe('agent.limits.maxCpu')
  expect(pass(40, 0)).toBe('agent.limits.maxCpu')
  expect(pass(60, 0)).toBeUndefined()
  expect(opened()).toBe(1)
  expect(entries.map(({ attributes }) => attributes['limit'])).toEqual(['agent.limits.maxCpu'])
  governor.close()
})

test('memory above the limit stops, below it goes on', () => {
  const { governor, used, pass, opened } = governed({ maxCpu: null, maxMemoryBytes: 150 })
  used.memoryBytes = 151
  expect(pass(100, 1_000)).toBe('agent.limits.maxMemoryBytes')
  used.memoryBytes = 149
  expect(pass(100, 1_000)).toBeUndefined()
  expect(opened()).toBe(1)
  governor.close()
})

test('a rate lets a second\u2019s worth through at once and makes the rest wait', () => {
  const clock = new FakeClock()
  const rate = new Rate(1_000, clock)
  expect(rate.take(1_000)).toBe(0)
  expect(rate.take(500)).toBe(500)
  clock.advance(500)
  expect(rate.take(0)).toBe(0)
  expect(new Rate(null, clock).take(1e12)).toBe(0)
})
