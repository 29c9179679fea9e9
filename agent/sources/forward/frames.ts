import { OperatingError } from '../../../lib/base/index.ts'

/**
 * Finds where msgpack values end in a stream of bytes, without decoding them: every value is a header that says how
 * many bytes or how many further values follow. Goes on where it stopped, so each byte is looked at once.
 * Source: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export class FrameFinder {
  readonly #maxBytes: number
  #buffer = Buffer.allocUnsafe(16_384)
  /** What of the buffer is not yet given away: frames before `#start` are. */
  #start = 0
  #end = 0
  #at = 0
  /** Values that must still follow before the present frame is whole. */
  #missing = 1
  /** Values inside the value whose size was asked last. */
  #children = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Adds bytes and answers the frames that are whole now, valid until the next call. Errors: FORWARD_INVALID, FORWARD_TOO_LARGE. */
  push(chunk: Buffer): Buffer[] {
    this.#append(chunk)
    const frames: Buffer[] = []
    while (this.#walk()) {
      frames.push(this.#buffer.subarray(this.#start, this.#at))
      this.#start = this.#at
      this.#missing = 1
    }
    if (this.#end - this.#start > this.#maxBytes) throw tooLarge(this.#maxBytes)
    return frames
  }

  /** Bytes of the first so many values, of a finder that was given nothing before. */
  lengthOf(bytes: Buffer, values: number): number {
    this.#append(bytes)
    for (let left = values; left > 0 && this.#walk(); left--) this.#missing = 1
    return this.#at
  }

  #append(chunk: Buffer): void {
    const held = this.#end - this.#start
    const needed = held + chunk.length
    // doubling: a large frame is copied a few times, not once per chunk
    const target = needed > this.#buffer.length ? Buffer.allocUnsafe(needed * 2) : this.#buffer
    this.#buffer.copy(target, 0, this.#start, this.#end)
    chunk.copy(target, held)
    this.#buffer = target
    this.#at -= this.#start
    this.#start = 0
    this.#end = needed
  }

  /** Walks on; true when a frame is whole. */
  #walk(): boolean {
    while (this.#missing > 0) {
      const size = this.#sizeOfValue()
      if (size < 0 || this.#at + size > this.#end) return false
      this.#at += size
      this.#missing += this.#children - 1
      if (this.#missing > this.#maxBytes) throw tooLarge(this.#maxBytes)
    }
    return true
  }

  /** Header and content of the value at hand, without the values inside it; -1 where even the header is cut. */
  #sizeOfValue(): number {
    this.#children = 0
    if (this.#at >= this.#end) return -1
    const type = this.#buffer[this.#at] as number
    if (type < 0x80 || type >= 0xe0) return 1
    if (type < 0x90) return this.#container(1, (type & 0x0f) * 2)
    if (type < 0xa0) return this.#container(1, type & 0x0f)
    if (type < 0xc0) return 1 + (type & 0x1f)
    return this.#sizeOfTyped(type)
  }

  #container(header: number, children: number): number {
    this.#children = children
    return header
  }

  #sizeOfTyped(type: number): number {
    const fixed = fixedSizes[type]
    if (fixed !== undefined) return fixed
    const layout = sizedTypes[type]
    if (layout === undefined) throw invalid(`0x${type.toString(16)} begins no value`)
    const { lengthBytes, extra, perItem } = layout
    if (this.#at + 1 + lengthBytes > this.#end) return -1
    const length = this.#buffer.readUIntBE(this.#at + 1, lengthBytes)
    if (perItem > 0) return this.#container(1 + lengthBytes, length * perItem)
    return 1 + lengthBytes + extra + length
  }
}

/** nil, booleans, floats, integers and the extensions of fixed size: whole size. */
const fixedSizes: Readonly<Record<number, number>> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
  212: 3,
  213: 4,
  214: 6,
  215: 10,
  216: 18,
}

interface Sized {
  lengthBytes: number
  /** The type byte of an extension. */
  extra: number
  /** Values per item: arrays 1, maps 2; 0 where the length counts bytes. */
  perItem: number
}

const sized = (lengthBytes: number, extra: number, perItem: number): Sized => ({
  lengthBytes,
  extra,
  perItem,
})

/** bin 8–32, ext 8–32, str 8–32, array 16–32, map 16–32. */
const sizedTypes: Readonly<Record<number, Sized>> = {
  196: sized(1, 0, 0),
  197: sized(2, 0, 0),
  198: sized(4, 0, 0),
  199: sized(1, 1, 0),
  200: sized(2, 1, 0),
  201: sized(4, 1, 0),
  217: sized(1, 0, 0),
  218: sized(2, 0, 0),
  219: sized(4, 0, 0),
  220: sized(2, 0, 1),
  221: sized(4, 0, 1),
  222: sized(2, 0, 2),
  223: sized(4, 0, 2),
}

export function invalid(why: string, cause?: unknown): OperatingError {
  return new OperatingError('FORWARD_INVALID', `not the forward protocol: ${why}`, { cause })
}

function tooLarge(maxBytes: number): OperatingError {
  const message = `a message is larger than ${maxBytes} bytes: send smaller chunks, or raise maxRequestBytes of the agent's forward source`
  return new OperatingError('FORWARD_TOO_LARGE', message)
}
