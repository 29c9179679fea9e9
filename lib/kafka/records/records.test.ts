import { randomFillSync } from 'node:crypto'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { type Compression, compressions } from './compression.ts'
import { BatchCursor } from './cursor.ts'
import { patchBatch, patchProducer } from './patch.ts'
import { readRecords } from './read.ts'
import { snappyDecompress } from './snappy.ts'
import { validateBatch } from './validate.ts'
import { varintLength, writeVarint } from './varint.ts'
import { type RecordInput, writeBatch } from './write.ts'

const record = fc.record({
  key: fc.option(bytes(40), { nil: null }),
  value: fc.option(bytes(300), { nil: null }),
  timestampMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  headers: fc.array(fc.record({ key: fc.string(), value: fc.option(bytes(20), { nil: null }) }), {
    maxLength: 3,
  }),
})

function bytes(maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength }).map(b => Buffer.from(b))
}

function onFirst(buffer: Buffer): BatchCursor {
  const cursor = new BatchCursor(buffer)
  expect(cursor.next()).toBe(true)
  return cursor
}

function plain(text: string, timestampMs = 0): RecordInput {
  return { key: null, value: Buffer.from(text), timestampMs, headers: [] }
}

describe('a record batch', () => {
  it.each(compressions)('comes back as it was written, %s', compression => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), fc.nat(), (records, baseOffset) => {
        const cursor = onFirst(writeBatch(records, { compression, baseOffset }))
        expect(validateBatch(cursor)).toBeUndefined()
        expect(cursor.maxTimestampMs).toBe(Math.max(...records.map(r => r.timestampMs)))
        const read = readRecords(cursor)
        expect(read).toEqual(records.map((r, i) => ({ ...r, offset: baseOffset + i })))
      }),
      { numRuns: 30 },
    )
  })

  it('carries its producer, and takes one later', () => {
    const batch = writeBatch([plain('a'), plain('b')], { compression: 'zstd' })
    expect(onFirst(batch).hasProducerId).toBe(false)
    patchProducer(batch, 0, { producerId: 2n ** 40n, producerEpoch: 3, baseSequence: 99 })
    patchBatch(batch, 0, 12_345_678_901, 5)
    const cursor = onFirst(batch)
    expect(validateBatch(cursor)).toBeUndefined()
    expect([cursor.producerId, cursor.producerEpoch, cursor.baseSequence]).toEqual([2n ** 40n, 3, 99])
    expect([cursor.baseOffset, cursor.lastOffset, cursor.leaderEpoch]).toEqual([
      12_345_678_901, 12_345_678_902, 5,
    ])
    expect(cursor.hasProducerId).toBe(true)
  })

  it('with any byte changed is not valid, or its change lies outside the checksum', () => {
    const batch = writeBatch([plain('hello'), plain('world')])
    for (let i = 16; i < batch.length; i++) {
      const damaged = Buffer.from(batch)
      damaged[i] = (damaged[i] as number) ^ 0x40
      const cursor = new BatchCursor(damaged)
      expect(cursor.next() && validateBatch(cursor)).toBeTruthy()
    }
  })

  it('is found among others, and a cut one at the end is left out', () => {
    const two = Buffer.concat([writeBatch([plain('a')]), writeBatch([plain('b'), plain('c')])])
    const cursor = new BatchCursor(two.subarray(0, two.length - 1))
    expect(cursor.next()).toBe(true)
    expect(cursor.count).toBe(1)
    expect(cursor.next()).toBe(false)
  })

  it('a batch may stand in a buffer that is given for it, compressed or too random for that', () => {
    for (const value of [Buffer.from('again '.repeat(50_000)), randomFillSync(Buffer.alloc(300_000))]) {
      const given: Buffer[] = []
      const allocate = (bytes: number): Buffer => {
        const buffer = Buffer.alloc(bytes + 100)
        given.push(buffer)
        return buffer
      }
      const batch = writeBatch([{ ...plain('a'), value }], { compression: 'zstd', allocate })
      expect(batch.buffer).toBe(given[0]?.buffer)
      const cursor = onFirst(batch)
      expect(validateBatch(cursor)).toBeUndefined()
      expect([...readRecords(cursor)][0]?.value?.equals(value)).toBe(true)
    }
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as Compression[])(
    'that would grow past the bound is refused, %s',
    compression => {
      const bomb = writeBatch([plain('0'.repeat(3_000_000))], { compression })
      expect(() => readRecords(onFirst(bomb), 1_000_000)).toThrow(/larger than 1000000 bytes/)
      expect(readRecords(onFirst(bomb), 3_100_000)).toHaveLength(1)
    },
  )

  it('whose content is noise is an error, never a crash', () => {
    for (const compression of compressions)
      for (let i = 0; i < 60; i++) {
        const batch = writeBatch([plain('x'.repeat(200))], { compression })
        randomFillSync(batch, 61 + (i % 20))
        try {
          readRecords(onFirst(batch), 1_000_000)
        } catch (error) {
          expect(error).toMatchObject({ code: 'CORRUPT_BATCH' })
        }
      }
  })

  it('that claims more records than it can hold is refused before anything is allocated', () => {
    const batch = writeBatch([plain('x')])
    batch.writeInt32BE(2_000_000_000, 57)
    expect(() => readRecords(onFirst(batch))).toThrow('cannot hold 2000000000 records')
  })
})

describe('snappy', () => {
  it('is read with and without the frame of xerial', () => {
    const text = Buffer.from('kafka '.repeat(1000))
    expect(snappyDecompress(compressSync(text), 10_000)).toEqual(text)
  })
})

describe('varints', () => {
  it('take as many bytes as announced', () => {
    const buffer = Buffer.alloc(16)
    for (const value of [
      0,
      -1,
      1,
      63,
      -64,
      64,
      -65,
      8191,
      8192,
      2 ** 30 - 1,
      2 ** 30,
      -(2 ** 31),
      2 ** 50,
      -(2 ** 50),
    ])
      expect(writeVarint(buffer, value, 0), String(value)).toBe(varintLength(value))
  })
})
