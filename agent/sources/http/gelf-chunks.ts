/** A chunk begins with 0x1e 0x0f, 8 bytes of message id, its number and how many there are. */
const headerBytes = 12
const maxChunks = 128
/** Messages of which chunks are missing; the oldest goes. */
const maxOpen = 1_000
const patienceMs = 5_000

/**
 * Puts chunked GELF datagrams together, in whatever order they come; what is not whole after five seconds is forgotten.
 * Source: https://go2docs.graylog.org/current/getting_in_log_data/gelf.html#GELFviaUDP
 */
export class GelfChunks {
  readonly #nowMs: () => number
  readonly #open = new Map<string, { parts: (Buffer | undefined)[]; missing: number; sinceMs: number }>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The whole message where the datagram is one or completes one. */
  add(datagram: Buffer): Buffer | undefined {
    if (datagram[0] !== 0x1e || datagram[1] !== 0x0f) return datagram
    const number = datagram[10] ?? 0
    const count = datagram[11] ?? 0
    if (datagram.length < headerBytes || count === 0 || count > maxChunks || number >= count) return undefined
    const id = datagram.toString('latin1', 2, 10)
    const message = this.#message(id, count)
    if (message.parts.length !== count || message.parts[number] !== undefined) return undefined
    message.parts[number] = Buffer.from(datagram.subarray(headerBytes))
    if (--message.missing > 0) return undefined
    this.#open.delete(id)
    return Buffer.concat(message.parts.filter(part => part !== undefined))
  }

  #message(id: string, count: number) {
    const nowMs = this.#nowMs()
    for (const [key, { sinceMs }] of this.#open) {
      if (nowMs - sinceMs <= patienceMs && this.#open.size <= maxOpen) break
      this.#open.delete(key)
    }
    const known = this.#open.get(id)
    if (known !== undefined) return known
    const message = {
      parts: new Array<Buffer | undefined>(count).fill(undefined),
      missing: count,
      sinceMs: nowMs,
    }
    this.#open.set(id, message)
    return message
  }
}
