/**
 * Snappy's block format, decoded without native code: the length as a varint, then literals and copies of what came
 * before. Source: https://github.com/google/snappy/blob/main/format_description.txt
 */

/** The length that a block announces; undefined where it announces none. */
export function snappyLength(block: Buffer): number | undefined {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = block[i]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return length
  }
  return undefined
}

/** Decodes a block whose announced length is known to be bearable; undefined where it is no such block. */
export function decodeSnappyBlock(block: Buffer): Buffer | undefined {
  const length = snappyLength(block)
  return length === undefined ? undefined : new BlockDecoder(block, length).decode()
}

class BlockDecoder {
  readonly #block: Buffer
  readonly #out: Buffer
  #from = 1
  #to = 0

  constructor(block: Buffer, length: number) {
    this.#block = block
    this.#out = Buffer.allocUnsafe(length)
    while ((block[this.#from - 1] as number) >= 0x80) this.#from++
  }

  decode(): Buffer | undefined {
    while (this.#from < this.#block.length) {
      const kind = (this.#block[this.#from] as number) & 3
      if (!(kind === 0 ? this.#literal() : this.#copy(kind))) return undefined
    }
    // short of it there would be memory in it that is not ours
    return this.#to === this.#out.length ? this.#out : undefined
  }

  /** Its size less one stands in the tag, or in one to four bytes after it. */
  #literal(): boolean {
    const size = (this.#block[this.#from] as number) >> 2
    const extra = Math.max(0, size - 59)
    const start = this.#from + 1 + extra
    if (start > this.#block.length) return false
    const length = (extra === 0 ? size : this.#block.readUIntLE(this.#from + 1, extra)) + 1
    if (start + length > this.#block.length || this.#to + length > this.#out.length) return false
    this.#block.copy(this.#out, this.#to, start, start + length)
    this.#from = start + length
    this.#to += length
    return true
  }

  #copy(kind: number): boolean {
    const next = this.#from + (kind === 3 ? 5 : kind + 1)
    if (next > this.#block.length) return false
    const tag = this.#block[this.#from] as number
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    const distance = this.#distance(kind, tag)
    const end = this.#to + length
    if (distance === 0 || distance > this.#to || end > this.#out.length) return false
    const out = this.#out
    // it may reach into what it writes itself, so byte by byte
    for (let to = this.#to; to < end; to++) out[to] = out[to - distance] as number
    this.#from = next
    this.#to = end
    return true
  }

  #distance(kind: number, tag: number): number {
    if (kind === 1) return ((tag >> 5) << 8) | (this.#block[this.#from + 1] as number)
    return kind === 2 ? this.#block.readUInt16LE(this.#from + 1) : this.#block.readUInt32LE(this.#from + 1)
  }
}
