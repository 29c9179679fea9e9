import { expect, test } from 'vitest'
import { cautiousClock, steadyClock } from './steady-clock.ts'

function jumping() {
  const times = { wall: 1_000_000, monotonic: 50 }
  const clock = { nowMs: () => times.wall, monotonicMs: () => times.monotonic }
  const pass = (ms: number) => {
    times.wall += ms
    times.monotonic += ms
  }
  const jump = (ms: number) => {
    times.wall += ms
  }
  return { clock, pass, jump }
}

test('the steady clock passes over jumps, forth and back', () => {
  const { clock, pass, jump } = jumping()
  const steady = steadyClock(clock)
  expect(steady.nowMs()).toBe(1_000_000)
  pass(10)
  jump(3_600_000)
  expect(steady.nowMs()).toBe(1_000_010)
  jump(-7_200_000)
  pass(5)
  expect(steady.nowMs()).toBe(1_000_015)
})

test('the cautious clock takes no jump ahead, and every one back', () => {
  const { clock, pass, jump } = jumping()
  const cautious = cautiousClock(clock)
  jump(3_600_000)
  pass(10)
  expect(cautious.nowMs()).toBe(1_000_010)
  jump(-3_600_100)
  expect(cautious.nowMs()).toBe(999_910)
})
