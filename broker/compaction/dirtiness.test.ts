import { describe, expect, it } from 'vitest'
import type { SegmentInfo } from '../../lib/log/index.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'
import { dirtinessOf, isDue } from './dirtiness.ts'

const settingsOf = (own: Record<string, string> = {}) => topicSettings(own, staticBrokerConfigs())

/** Segments of ten offsets and 100 bytes with the newest timestamps given; the last is active. */
function segments(...timestampsMs: number[]): SegmentInfo[] {
  return timestampsMs.map((maxTimestampMs, i) => ({
    baseOffset: i * 10,
    nextOffset: i * 10 + 10,
    sizeBytes: 100,
    maxTimestampMs,
    lastModifiedMs: 0,
  }))
}

const all = { startOffset: 0, lastStableOffset: 40 }

describe('what of a log is dirty', () => {
  it('is what has been closed since the last pass', () => {
    expect(dirtinessOf(segments(1, 1, 1, 1), settingsOf(), 10, all, 100)).toEqual({
      dirtyFrom: 10,
      before: 30,
      dirtyBytes: 200,
      ratio: 2 / 3,
    })
    expect(dirtinessOf(segments(1), settingsOf(), undefined, all, 100)).toMatchObject({
      dirtyBytes: 0,
      ratio: 0,
    })
  })

  it('begins at the start where it is not known, or cannot be', () => {
    for (const cleanedTo of [undefined, 5, 41])
      expect(
        dirtinessOf(segments(1, 1, 1, 1), settingsOf(), cleanedTo, { ...all, startOffset: 10 }, 100)
          .dirtyFrom,
      ).toBe(10)
  })

  it('ends where a transaction is open, or where records are too young', () => {
    const open = { startOffset: 0, lastStableOffset: 15 }
    expect(dirtinessOf(segments(1, 1, 1, 1), settingsOf(), 0, open, 100)).toMatchObject({
      before: 10,
      dirtyBytes: 100,
    })
    const lagging = settingsOf({ 'min.compaction.lag.ms': '50' })
    expect(dirtinessOf(segments(1, 50, 51, 1), lagging, 0, all, 100).before).toBe(20)
    expect(dirtinessOf(segments(1, 500, 1, 1), settingsOf(), 0, all, 100).before).toBe(30)
  })

  it('is worth a pass by its share, or by its age', () => {
    const half = dirtinessOf(segments(1, 1, 1), settingsOf(), 10, all, 100)
    expect(isDue(half, settingsOf(), -1, 100)).toBe(false)
    expect(isDue(half, settingsOf({ 'min.cleanable.dirty.ratio': '0.4' }), -1, 100)).toBe(true)
    const overdue = settingsOf({ 'max.compaction.lag.ms': '50' })
    expect([isDue(half, overdue, 49, 100), isDue(half, overdue, 50, 100)]).toEqual([true, false])
    expect(isDue({ ...half, dirtyBytes: 0 }, overdue, 1, 100)).toBe(false)
  })
})
