import { describe, expect, it } from 'vitest'
import type { SegmentInfo } from '../../lib/log/index.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'
import { logTuning, retentionStep } from './retention.ts'

const settings = topicSettings(
  { 'retention.ms': '1000', 'internal.segment.bytes': '100', 'segment.ms': '100000' },
  staticBrokerConfigs(),
)

/** Segments of ten offsets and 100 bytes with the newest timestamps given. */
function segments(...timestampsMs: number[]): SegmentInfo[] {
  return timestampsMs.map((maxTimestampMs, i) => ({
    baseOffset: i * 10,
    nextOffset: i * 10 + 10,
    sizeBytes: 100,
    maxTimestampMs,
    lastModifiedMs: 0,
  }))
}

describe('retention', () => {
  it('lets closed segments go whose newest record is too old, from the oldest on', () => {
    expect(retentionStep(segments(0, 100, 5000, 0, 6000), settings, 2000, 0)).toEqual({
      roll: false,
      deleteBefore: 20,
    })
  })

  it('closes the active segment when all of it is too old', () => {
    expect(retentionStep(segments(0, 100), settings, 5000, 0)).toEqual({ roll: true, deleteBefore: 20 })
    expect(retentionStep(segments(0, 4500), settings, 5000, 0)).toEqual({ roll: false, deleteBefore: 10 })
  })

  it('goes by when a segment was written where its records have no timestamps', () => {
    const [old, young, active] = segments(-1, -1, -1) as [SegmentInfo, SegmentInfo, SegmentInfo]
    const written = [
      { ...old, lastModifiedMs: 3000 },
      { ...young, lastModifiedMs: 4500 },
      { ...active, lastModifiedMs: 5000 },
    ]
    expect(retentionStep(written, settings, 5000, 0)).toEqual({ roll: false, deleteBefore: 10 })
  })

  it('keeps at least retentionBytes', () => {
    const bySize = { ...settings, retentionMs: -1, retentionBytes: 250 }
    expect(retentionStep(segments(1, 1, 1, 1, 1), bySize, 9e9, 0).deleteBefore).toBe(20)
    expect(retentionStep(segments(1, 1), bySize, 9e9, 0).deleteBefore).toBeUndefined()
  })

  it('deletes from a compacted topic that is to be both, and from none that is to be neither', () => {
    const both = { ...settings, isCompacted: true }
    expect(retentionStep(segments(0, 100, 5000), both, 2000, 0)).toEqual({ roll: false, deleteBefore: 20 })
    const neither = { ...settings, isDeleted: false }
    expect(retentionStep(segments(0, 100, 5000), neither, 2000, 0).deleteBefore).toBeUndefined()
  })

  it('closes what a compacted topic must compact by its age', () => {
    const lagging = { ...settings, isCompacted: true, isDeleted: false, maxCompactionLagMs: 50 }
    expect(logTuning(lagging).segmentMs).toBe(50)
    expect(retentionStep(segments(0), lagging, 100, 40).roll).toBe(true)
    expect(logTuning({ ...lagging, isCompacted: false }).segmentMs).toBe(100_000)
  })

  it('never deletes from a compacted topic, but closes old segments', () => {
    const compacted = { ...settings, isCompacted: true, isDeleted: false }
    expect(retentionStep(segments(0, 0), compacted, 200_000, 0)).toEqual({
      roll: true,
      deleteBefore: undefined,
    })
  })
})
