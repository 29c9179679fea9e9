import { corrupt, tooLarge } from './corrupt.ts'
import { nativeSnappy, snappy } from './native.ts'
import { decodeSnappyBlock, snappyLength } from './snappy-block.ts'

/**
 * Kafka's snappy is that of the xerial library: a magic, two versions, then blocks each with its length (int32). Some
 * clients send one raw block without it; both are read, the framed form is written, since Kafka's Java client wants it.
 */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const headerBytes = 16
/** What xerial itself uses; a reader must take any. */
const blockBytes = 32_768

export function snappyCompress(data: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeInt32BE(1, 8)
  header.writeInt32BE(1, 12)
  const parts: Buffer[] = [header]
  for (let at = 0; at < data.length || at === 0; at += blockBytes) {
    const block = snappy().compressSync(data.subarray(at, at + blockBytes))
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** One raw block, without what Kafka puts around it. */
export function encodeSnappyBlock(data: Buffer): Buffer {
  return snappy().compressSync(data)
}

export function snappyDecompress(data: Buffer, maxBytes: number): Buffer {
  if (!data.subarray(0, magic.length).equals(magic)) return uncompressBlock(data, maxBytes)
  const parts: Buffer[] = []
  let left = maxBytes
  for (let at = headerBytes; at < data.length; ) {
    if (at + 4 > data.length) throw corrupt('a snappy block is cut')
    const length = data.readInt32BE(at)
    if (length < 0 || at + 4 + length > data.length) throw corrupt('a snappy block is cut')
    const block = uncompressBlock(data.subarray(at + 4, at + 4 + length), left, maxBytes)
    parts.push(block)
    left -= block.length
    at += 4 + length
  }
  return Buffer.concat(parts)
}

function uncompressBlock(block: Buffer, left: number, maxBytes = left): Buffer {
  const length = snappyLength(block)
  if (length === undefined) throw corrupt('a snappy block has no length')
  if (length > left) throw tooLarge(maxBytes)
  const native = nativeSnappy()
  if (native !== undefined) return native.uncompressSync(block, { asBuffer: true }) as Buffer
  const decoded = decodeSnappyBlock(block)
  if (decoded === undefined) throw corrupt('its snappy content cannot be decompressed')
  return decoded
}
