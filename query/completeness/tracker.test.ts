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
const observe = (tracker: CompletenessTracker, heartbeat: Heartbeat) =>
  tracker.observe(heartbeat, heartbeat.sentMs)
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
    observe(tracker, beat('a', now - 10_000, 5))
    observe(tracker, beat('a', now - 5_000, 9))
    expect(tracker.answer(committed(8), now).completeToMs).toBe(now - 10_000)
    expect(tracker.answer(committed(9), now).completeToMs).toBe(now - 5_000)
  })

  it('is the earliest of all agents', () => {
    const tracker = new CompletenessTracker()
    observe(tracker, beat('a', now - 1_000, 5))
    observe(tracker, beat('b', now - 4_000, 5))
    expect(tracker.answer(committed(5), now).completeToMs).toBe(now - 4_000)
  })

  it('names the host of an agent that fell silent, and no longer waits for it', () => {
    const tracker = new CompletenessTracker()
    observe(tracker, beat('a', now - 60_000, 5))
    observe(tracker, beat('b', now - 1_000, 5))
    expect(tracker.answer(committed(5), now)).toEqual({ completeToMs: now - 1_000, missingHosts: ['host-a'] })
  })

  it('does not miss an agent that was stopped on purpose', () => {
    const tracker = new CompletenessTracker()
    observe(tracker, beat('a', now - 60_000, 5, { stopped: true }))
    expect(tracker.answer(committed(5), now)).toEqual({ completeToMs: now, missingHosts: [] })
  })

  it('goes no further than heartbeats were heard, whatever is said to have come and gone', () => {
    const tracker = new CompletenessTracker()
    observe(tracker, beat('a', now - 60_000, 5, { stopped: true }))
    observe(tracker, beat('b', now - 9_000, 5))
    // the brokers have answered nothing for so long
    const heardToMs = now - 8_000
    expect(tracker.answer(committed(5), heardToMs)).toEqual({ completeToMs: now - 9_000, missingHosts: [] })
    const alone = new CompletenessTracker()
    observe(alone, beat('a', now - 60_000, 5, { stopped: true }))
    expect(alone.answer(committed(5), heardToMs).completeToMs).toBe(heardToMs)
  })

  it('misses nobody for what could not be heard', () => {
    const tracker = new CompletenessTracker()
    observe(tracker, beat('a', now - 60_000, 5))
    expect(tracker.answer(committed(5), now - 50_000).missingHosts).toEqual([])
  })

  it('goes by when a heartbeat was heard, not by the clock of its agent', () => {
    const tracker = new CompletenessTracker()
    const hoursBehind = now - 7_200_000
    tracker.observe(beat('slow', hoursBehind, 5), now - 1_000)
    expect(tracker.answer(committed(5), now)).toEqual({ completeToMs: hoursBehind, missingHosts: [] })
    const ahead = new CompletenessTracker()
    ahead.observe(beat('fast', now + 7_200_000, 5), now - 1_000)
    // ten milliseconds old when it was sent, and heard a second ago
    expect(ahead.answer(committed(5), now)).toEqual({ completeToMs: now - 1_010, missingHosts: [] })
  })
})
