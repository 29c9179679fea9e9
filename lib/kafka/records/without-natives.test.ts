import { crc32c as nativeCrc32c } from '@node-rs/crc32'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'
import { decodeSnappyBlock, snappyLength } from './snappy-block.ts'

const bytes = fc.uint8Array({ maxLength: 3_000 }).map(b => Buffer.from(b))
/** What repeats is written as copies, of every kind. */
const repeating = fc
  .tuple(
    fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(), { maxLength: 2_000 }),
  )
  .map(([words, picks]) => Buffer.from(picks.map(pick => words[pick % words.length]).join('')))

describe('without native modules', () => {
  it('a CRC-32C is that of the specification', () => {
    expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283)
    // RFC 3720, appendix B.4
    expect(crc32c(Buffer.alloc(32), 0, 32)).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(32, 0xff), 0, 32)).toBe(0x62a8ab43)
  })

  it('a CRC-32C of any range is the native one', () => {
    fc.assert(
      fc.property(bytes, fc.nat(40), (data, skipped) => {
        const start = Math.min(skipped, data.length)
        expect(crc32c(data, start, data.length)).toBe(nativeCrc32c(data.subarray(start)))
      }),
    )
  })

  it('a snappy block gives what was compressed', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, repeating), data => {
        const block = compressSync(data)
        expect(snappyLength(block)).toBe(data.length)
        expect(decodeSnappyBlock(block)).toEqual(data)
      }),
    )
    const large = Buffer.alloc(300_000, 'a line that comes again and again\n')
    expect(decodeSnappyBlock(compressSync(large))).toEqual(large)
  })

  it('a snappy block that is cut or made up is refused', () => {
    const block = compressSync(Buffer.from('a line, and a line, and a line, and one more line'))
    for (let length = 0; length < block.length; length++)
      expect(decodeSnappyBlock(block.subarray(0, length))).toBeUndefined()
    // a copy from before the beginning
    expect(decodeSnappyBlock(Buffer.from([4, 0x01, 0x01]))).toBeUndefined()
    // more than was announced
    expect(decodeSnappyBlock(Buffer.from([1, 0x04, 1, 2]))).toBeUndefined()
    fc.assert(
      fc.property(bytes, data => {
        const junk = Buffer.concat([Buffer.from([200, 1]), data])
        const out = decodeSnappyBlock(junk)
        expect(out === undefined || out.length === 200).toBe(true)
      }),
    )
  })
})
