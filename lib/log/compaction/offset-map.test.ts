import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OffsetMap } from './offset-map.ts'

describe('a map of offsets', () => {
  it('knows of each key what was put last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat())), puts => {
        const map = new OffsetMap(puts.length, 1_000_000)
        for (const [key, offset] of puts) map.put(Buffer.from(key), offset)
        const expected = new Map(puts)
        for (const [key, offset] of expected) expect(map.get(Buffer.from(key))).toBe(offset)
        expect([map.size, map.get(Buffer.from('none of these'))]).toEqual([expected.size, -1])
      }),
    )
  })

  it('has room for what it was made for, within its bytes', () => {
    expect(new OffsetMap(1_000_000, 100_000_000).hasRoomFor(1_000_000)).toBe(true)
    const small = new OffsetMap(1_000_000, 100_000)
    expect([small.hasRoomFor(3000), small.hasRoomFor(5000)]).toEqual([true, false])
    for (let i = 0; i < 3000; i++) small.put(Buffer.from(`key ${i}`), i)
    expect(small.hasRoomFor(100)).toBe(false)
    expect(small.get(Buffer.from('key 2999'))).toBe(2999)
  })
})
