import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMetadata, encodeMetadata, startingPoint } from './plan.ts'

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
