import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkPool, largeChunkBytes, smallChunkBytes } from './chunk-pool.ts'
import { Receiver } from './receiver.ts'

function frame(size: number, fill: number): Buffer {
  const bytes = Buffer.alloc(4 + size, fill)
  bytes.writeInt32BE(size)
  return bytes
}

/** Feeds bytes in reads of the sizes given, as a socket does, and takes what frames there are. */
function feed(
  receiver: Receiver,
  bytes: Buffer,
  reads: readonly number[],
  onFrame: (content: Buffer) => void,
): void {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const room = receiver.room()
    const length = Math.min(room.length, reads[i % reads.length] ?? 1, bytes.length - at)
    bytes.copy(room, 0, at, at + length)
    receiver.received(length)
    at += length
    takeAll(receiver, onFrame)
    receiver.makeRoom()
  }
}

function takeAll(receiver: Receiver, onFrame: (content: Buffer) => void): void {
  for (;;) {
    const size = receiver.frameSize()
    const start = size === undefined ? undefined : receiver.takeFrame(size)
    if (size === undefined || start === undefined) return
    onFrame(receiver.chunk.buffer.subarray(start, start + size))
  }
}

describe('a receiver', () => {
  it('cuts frames out of any sequence of reads, and leaves held ones as they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(200), fc.nat(9_000), fc.constant(largeChunkBytes + 77)), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }),
        (sizes, reads) => {
          const receiver = new Receiver(new ChunkPool(), 10_000_000)
          const held: Buffer[] = []
          const bytes = Buffer.concat(sizes.map((size, i) => frame(size, i + 1)))
          feed(
            receiver,
            bytes,
            reads.map(n => n + 3_000),
            content => {
              receiver.chunk.hold()
              held.push(content)
            },
          )
          expect(held.map(content => content.length)).toEqual(sizes)
          for (const [i, content] of held.entries())
            expect(content.equals(Buffer.alloc(content.length, i + 1))).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('holds little memory while nothing much comes', () => {
    const receiver = new Receiver(new ChunkPool(), 10_000_000)
    expect(receiver.chunk.buffer.length).toBe(smallChunkBytes)
    feed(receiver, frame(50_000, 1), [50_000], () => undefined)
    expect(receiver.chunk.buffer.length).toBe(largeChunkBytes)
    for (let i = 0; i < 40; i++) feed(receiver, frame(20, 1), [24], () => undefined)
    expect(receiver.chunk.buffer.length).toBe(smallChunkBytes)
  })

  it('allocates nothing for a length that may not be', () => {
    const receiver = new Receiver(new ChunkPool(), 1_000_000)
    const bytes = Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3])
    bytes.copy(receiver.room())
    receiver.received(bytes.length)
    receiver.makeRoom()
    expect(receiver.chunk.buffer.length).toBe(smallChunkBytes)
    expect(receiver.frameSize()).toBe(0x7fff_ffff)
  })
})
