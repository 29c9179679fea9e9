import type { Clock } from '../lib/base/index.ts'

/**
 * The wall clock as it would be had nobody set it since the start: sessions and transactions end by it, so that a clock
 * that jumps puts nobody out. What is written down by it is a wall time still.
 */
export function steadyClock(clock: Clock): Clock {
  const startMs = clock.nowMs() - clock.monotonicMs()
  return {
    nowMs: () => Math.round(startMs + clock.monotonicMs()),
    monotonicMs: () => clock.monotonicMs(),
  }
}

/**
 * The earlier of the wall clock and the steady one, by which records are deleted: a clock that jumps ahead must not make
 * everything old at once.
 */
export function cautiousClock(clock: Clock): Clock {
  const steady = steadyClock(clock)
  return {
    nowMs: () => Math.min(clock.nowMs(), steady.nowMs()),
    monotonicMs: () => clock.monotonicMs(),
  }
}
