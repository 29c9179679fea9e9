const heading = 'checksums format version: 4\n'
/** Of a compressed block: a checksum, then what compressed it, and its sizes with these nine bytes and without any compression. */
const checksumBytes = 16
const headerBytes = 9
const lz4 = 0x82
const none = 0x02
const hashBytes = 16

/**
 * The sizes of a part's files by name, as its `checksums.txt` has them; undefined for one that is empty or torn, or of another
 * form. Source: ClickHouse, MergeTreeDataPartChecksums::read, version 4.
 */
export async function sizesIn(checksums: Buffer): Promise<Map<string, number> | undefined> {
  if (checksums.toString('latin1', 0, heading.length) !== heading) return undefined
  try {
    return readSizes(await contentOf(checksums.subarray(heading.length)))
  } catch (error) {
    if (error instanceof RangeError || error instanceof TornBlock) return undefined
    throw error
  }
}

class TornBlock extends Error {}

async function contentOf(bytes: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const header = at + checksumBytes
    const method = bytes.readUInt8(header)
    const end = header + bytes.readUInt32LE(header + 1)
    if (end > bytes.length || end < header + headerBytes) throw new TornBlock()
    const size = bytes.subarray(header + 5, header + headerBytes)
    pieces.push(await uncompressed(method, size, bytes.subarray(header + headerBytes, end)))
    at = end
  }
  return Buffer.concat(pieces)
}

/** The package wants the size of what comes out before the block. */
async function uncompressed(method: number, size: Buffer, block: Buffer): Promise<Buffer> {
  if (method === none) return block
  if (method !== lz4) throw new TornBlock()
  // native, and nobody's to load but the store's
  const { uncompressSync } = await import('lz4-napi')
  try {
    return uncompressSync(Buffer.concat([size, block]))
  } catch (cause) {
    throw new TornBlock('a block cannot be read', { cause })
  }
}

function readSizes(content: Buffer): Map<string, number> {
  const sizes = new Map<string, number>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = content.readUInt8(at++)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  for (let left = varint(); left > 0; left--) {
    const length = varint()
    const name = content.toString('utf8', at, at + length)
    at += length
    sizes.set(name, varint())
    at += hashBytes
    if (content.readUInt8(at++) === 0) continue
    varint()
    at += hashBytes
  }
  return sizes
}
