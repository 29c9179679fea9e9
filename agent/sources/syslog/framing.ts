const openAngle = 0x3c
const lineFeed = 0x0a
const space = 0x20
/** Digits of a length that is believed. */
const maxLengthDigits = 9

/**
 * Finds the messages in a stream, each by its own framing: octet counting where it begins with a number, else up to a
 * line feed or, as local senders write, a NUL. A message longer than allowed is cut, the rest of it passed over.
 * Source: RFC 6587, 3.4.
 */
export class SyslogFrames {
  readonly #maxBytes: number
  #held: Buffer = Buffer.alloc(0)
  /** Bytes of a counted message that was cut, still to be passed over. */
  #skip = 0
  /** Within the rest of a line that was cut. */
  #skippingLine = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Calls `take` for every message that is whole now. */
  push(chunk: Buffer, take: (message: Buffer, cut: boolean) => void): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    let at = 0
    for (let next = this.#next(at, take); next > at; next = this.#next(at, take)) at = next
    this.#held = Buffer.from(this.#held.subarray(at))
  }

  /** What has no end when the stream ends is a message too. */
  end(take: (message: Buffer, cut: boolean) => void): void {
    const counted = /^\d{1,9} (?=<)/.exec(this.#held.toString('latin1', 0, maxLengthDigits + 2))?.[0]
    const rest = this.#held.subarray(counted?.length ?? 0)
    // a counted one that is here is not whole
    if (rest.length > 0 && !this.#skippingLine && this.#skip === 0) take(rest, counted !== undefined)
    this.#held = Buffer.alloc(0)
  }

  #next(at: number, take: (message: Buffer, cut: boolean) => void): number {
    const bytes = this.#held
    if (at >= bytes.length) return at
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, bytes.length - at)
      this.#skip -= passed
      return at + passed
    }
    const first = bytes[at] as number
    const isCounted = !this.#skippingLine && first >= 0x31 && first <= 0x39
    return isCounted ? this.#counted(at, take) : this.#line(at, take)
  }

  #counted(at: number, take: (message: Buffer, cut: boolean) => void): number {
    const bytes = this.#held
    const end = bytes.indexOf(space, at)
    if (end < 0) return bytes.length - at > maxLengthDigits ? this.#line(at, take) : at
    const digits = bytes.toString('latin1', at, end)
    if (!/^\d{1,9}$/.test(digits)) return this.#line(at, take)
    const length = Number(digits)
    const start = end + 1
    if (start === bytes.length) return at
    // a counted message begins with its priority (RFC 6587 section 3.4.1): anything else is a line with a number in front
    if (bytes[start] !== openAngle) return this.#line(at, take)
    const wanted = Math.min(length, this.#maxBytes)
    if (bytes.length - start < wanted) return at
    take(withoutEnd(bytes.subarray(start, start + wanted)), length > wanted)
    this.#skip = length - wanted
    return start + wanted
  }

  #line(at: number, take: (message: Buffer, cut: boolean) => void): number {
    const bytes = this.#held
    const end = endOfLine(bytes, at)
    const length = (end < 0 ? bytes.length : end) - at
    const isLong = length > this.#maxBytes
    if (end < 0 && !isLong) return this.#skippingLine ? bytes.length : at
    if (!this.#skippingLine && length > 0)
      take(withoutEnd(bytes.subarray(at, at + Math.min(length, this.#maxBytes))), isLong)
    this.#skippingLine = end < 0
    return end < 0 ? bytes.length : end + 1
  }
}

function endOfLine(bytes: Buffer, from: number): number {
  const feed = bytes.indexOf(lineFeed, from)
  const nul = bytes.indexOf(0, from)
  if (feed < 0 || nul < 0) return Math.max(feed, nul)
  return Math.min(feed, nul)
}

/** Senders of counted messages and of datagrams often end them all the same. */
export function withoutEnd(message: Buffer): Buffer {
  let end = message.length
  while (end > 0 && (message[end - 1] === lineFeed || message[end - 1] === 0 || message[end - 1] === 0x0d))
    end--
  return message.subarray(0, end)
}
