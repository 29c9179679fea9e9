import { createZstdDecompress } from 'node:zlib'
import { decompress } from './decompress.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const skippableMask = 0xfffffff0
const blockHeaderBytes = 3
const rleBlock = 1
/** Read at once of what is passed over. */
const skipBytes = 65_536

/**
 * The content of a zstd file of one frame or many: `zstd` appends frames, and so do rotations that compress as they go.
 * Node's decompressor stops at the end of the first; here each frame is found by its blocks and gets its own. See RFC
 * 8878, section 3. Throws where the file is cut or damaged.
 */
export async function* zstdContent(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = new ByteQueue(chunks)
  while (await input.has(1)) {
    const magic = await input.take(4)
    const number = magic.readUInt32LE()
    if ((number & skippableMask) >>> 0 === skippableMagic) await skipFrame(input)
    else if (number === frameMagic) yield* decompress(createZstdDecompress(), frame(magic, input))
    else throw new Error('not a zstd frame: the file is damaged, or something else follows its end')
  }
}

/** The pieces of one frame, header and checksum included. */
async function* frame(magic: Buffer, input: ByteQueue): AsyncGenerator<Buffer> {
  const [descriptor = 0] = await input.take(1)
  yield Buffer.concat([magic, Buffer.of(descriptor), await input.take(restOfHeader(descriptor))])
  for (let isLast = false; !isLast; ) {
    const header = await input.take(blockHeaderBytes)
    const fields = header.readUIntLE(0, blockHeaderBytes)
    isLast = (fields & 1) === 1
    const isRle = ((fields >> 1) & 3) === rleBlock
    yield Buffer.concat([header, await input.take(isRle ? 1 : fields >> 3)])
  }
  const hasChecksum = (descriptor & 4) !== 0
  if (hasChecksum) yield await input.take(4)
}

/** Bytes of a frame's header behind its descriptor: window, dictionary and content size, as its flags say. */
function restOfHeader(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const size = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  return (isSingleSegment ? 0 : 1) + dictionary + size
}

async function skipFrame(input: ByteQueue): Promise<void> {
  let left = (await input.take(4)).readUInt32LE()
  while (left > 0) left -= (await input.take(Math.min(left, skipBytes))).length
}

/** Takes bytes out of chunks in the portions that are asked for. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  async has(bytes: number): Promise<boolean> {
    while (this.#held.length < bytes) {
      const next = await this.#chunks.next()
      if (next.done === true) return false
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    }
    return true
  }

  async take(bytes: number): Promise<Buffer> {
    if (!(await this.has(bytes))) throw new Error('unexpected end of file')
    const taken = this.#held.subarray(0, bytes)
    this.#held = this.#held.subarray(bytes)
    return taken
  }
}
