import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultSettings, encodeSettings } from '../range/settings.ts'
import { eraAfter, replayOf } from './era.ts'
import { decodeMetadata, encodeMetadata, type StartingPoint, startingPoint } from './plan.ts'

describe('the metadata of a commit', () => {
  it('comes back as it was written, in far less than Kafka keeps', () => {
    const metadata = fc.record({ topicId: fc.uuid(), to: fc.option(fc.maxSafeNat(), { nil: undefined }) })
    fc.assert(
      fc.property(metadata, value => {
        const text = encodeMetadata(value)
        expect(decodeMetadata(text)).toEqual(value)
        expect(text.length).toBeLessThan(200)
      }),
    )
  })

  it('is no metadata of ours when it is anything else', () => {
    for (const text of ['', 'x', 'null', '7', '{}', '{"v":2,"topicId":"a"}'])
      expect(decodeMetadata(text)).toBeUndefined()
    fc.assert(fc.property(fc.string(), text => decodeMetadata(text) === undefined))
  })
})

describe('where to begin', () => {
  const at = (offset: number, to?: number, topicId = 'a') => ({
    offset,
    metadata: encodeMetadata({ topicId, to }),
  })

  it('is the range that was under way, if there was one', () => {
    expect(startingPoint(at(10, 20), 'a')).toEqual({ offset: 10, replayTo: 20 })
    expect(startingPoint(at(20), 'a')).toEqual({ offset: 20, replayTo: undefined })
  })
  it('goes by the settings that the range was planned with, and then by those of now', () => {
    const before = { ...defaultSettings, promote: ['a'] }
    const settings = encodeSettings(before)
    const planned = { offset: 10, metadata: encodeMetadata({ topicId: 'a', to: 20, settings, since: 3 }) }
    const start = startingPoint(planned, 'a') as StartingPoint
    expect(replayOf(start)).toEqual({ to: 20, era: { settings: before, since: 3 } })
    expect(eraAfter(start, defaultSettings)).toEqual({ settings: defaultSettings, since: 20 })
    expect(eraAfter(start, { ...before })).toEqual({ settings: before, since: 3 })
    expect(replayOf({ offset: 1, replayTo: 2, settings: 'of another version' })).toEqual({ to: 2 })
  })
  it('is the beginning where nothing was committed, or to a topic that is no more', () => {
    expect(startingPoint(undefined, 'a')).toBeUndefined()
    expect(startingPoint({ offset: -1, metadata: '' }, 'a')).toBeUndefined()
    expect(startingPoint(at(10, 20, 'older'), 'a')).toBeUndefined()
  })
  it('is the offset alone when another tool has set it', () => {
    expect(startingPoint({ offset: 7, metadata: 'reset by hand' }, 'a')).toEqual({
      offset: 7,
      replayTo: undefined,
    })
  })
})
