import { describe, expect, it } from 'vitest'
import type { Heartbeat } from '../../lib/ledger/index.ts'
import { CompletenessTracker } from './tracker.ts'

const now = 1_000_000
const beat = (
  agent: string,
  watermarkMs: number,
  offset: number,
  more: Partial<Heartbeat> = {},
): Heartbeat => ({
  schema: 1,
  agent,
  host: `host-${agent}`,
  version: '1',
  configDigest: '',
  sentMs: watermarkMs + 10,
  startedMs: 1000,
  watermarkMs,
  lanes: [{ topic: 'otlp_logs', partition: 0, offset, spoolBytes: 0 }],
  sources: [],
  dropped: {},
  stopped: false,
  ...more,
})
const committed = (offset: number) => new Map([['otlp_logs/0', offset]])

describe('complete to T', () => {
  it('is unknown before any agent has reported', () => {
    expect(new CompletenessTracker().answer(committed(0), now)).toEqual({
      completeToMs: null,
      missingHosts: [],
    })
  })

  it('is the newest watermark whose offsets the aggregator has committed', () => {
    const tracker = new CompletenessTracker()
    tracker.observe(beat('a', now - 10_000, 5))
    tracker.observe(beat('a', now - 5_000, 9))
    expect(tracker.answer(committed(8), now).completeToMs).toBe(now - 10_000)
    expect(tracker.answer(committed(9), now).completeToMs).toBe(now - 5_000)
  })

  it('is the earliest of all agents', () => {
    const tracker = new CompletenessTracker()
    tracker.observe(beat('a', now - 1_000, 5))
    tracker.observe(beat('b', now - 4_000, 5))
    expect(tracker.answer(committed(5), now).completeToMs).toBe(now - 4_000)
  })

  it('names the host of an agent that fell silent, and no longer waits for it', () => {
    const tracker = new CompletenessTracker()
    tracker.observe(beat('a', now - 60_000, 5))
    tracker.observe(beat('b', now - 1_000, 5))
    expect(tracker.answer(committed(5), now)).toEqual({ completeToMs: now - 1_000, missingHosts: ['host-a'] })
  })

  it('does not miss an agent that was stopped on purpose', () => {
    const tracker = new CompletenessTracker()
    tracker.observe(beat('a', now - 60_000, 5, { stopped: true }))
    expect(tracker.answer(committed(5), now)).toEqual({ completeToMs: now, missingHosts: [] })
  })
})
