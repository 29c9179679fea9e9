import { corrupt, tooLarge } from './corrupt.ts'
import { lz4 } from './native.ts'

/**
 * The LZ4 frame format as of Kafka's message format 2: a correct header checksum, independent blocks.
 * Source: lz4_Frame_format.md of the lz4 project.
 */
const magic = 0x184d2204
const blockSizeBytes: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 }

export function lz4Compress(data: Buffer): Buffer {
  return lz4().compressFrameSync(data)
}

export function lz4Decompress(data: Buffer, maxBytes: number): Buffer {
  if (largestContent(data) > maxBytes) throw tooLarge(maxBytes)
  return lz4().decompressFrameSync(data)
}

/**
 * The most a frame can hold by its block headers. Every block but the last is full in what encoders write, so this
 * exceeds the truth by less than one block.
 */
function largestContent(data: Buffer): number {
  if (data.length < 7 || data.readUInt32LE(0) !== magic) throw corrupt('it holds no lz4 frame')
  const flags = data[4] as number
  const blockBytes = blockSizeBytes[((data[5] as number) >> 4) & 7]
  if (blockBytes === undefined) throw corrupt('its lz4 frame names an unknown block size')
  const blockTrailer = flags & 0x10 ? 4 : 0
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0)
  let total = 0
  while (at + 4 <= data.length) {
    const word = data.readUInt32LE(at)
    if (word === 0) return total
    const length = word & 0x7fffffff
    // a compressed byte cannot stand for more than 255
    total += word >= 0x8000_0000 ? length : Math.min(blockBytes, length * 255)
    at += 4 + length + blockTrailer
  }
  throw corrupt('its lz4 frame has no end')
}
