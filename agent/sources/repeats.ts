import { crc32 } from 'node:zlib'
import type { Clock } from '../../lib/base/index.ts'
import { checksum } from '../../lib/kafka/index.ts'

/** Senders that have no answer try again within minutes. */
const windowMs = 900_000
const maxKept = 50_000

interface Taken {
  /** When it is durable; rejects where it was not taken after all. */
  durable: Promise<void>
  atMs: number
}

/**
 * Requests that were taken, or are being taken, and whose senders were not told: of those that come again nothing is taken
 * twice. Also from before a crash, as far as the spool says so.
 */
export class Repeats {
  readonly #clock: Clock
  /** Oldest first. */
  readonly #taken = new Map<string, Taken>()

  constructor(clock: Clock, fromBefore: Iterable<string> = []) {
    this.#clock = clock
    for (const key of fromBefore) this.note(key, Promise.resolve())
  }

  note(key: string, durable: Promise<void>): void {
    this.#taken.delete(key)
    this.#taken.set(key, { durable, atMs: this.#clock.monotonicMs() })
    durable.catch(() => this.forget(key))
    this.#expire()
  }

  /** Undefined for what is not known: it is to be taken. */
  find(key: string): Promise<void> | undefined {
    this.#expire()
    return this.#taken.get(key)?.durable
  }

  /** Its sender was told. */
  forget(key: string): void {
    this.#taken.delete(key)
  }

  #expire(): void {
    const before = this.#clock.monotonicMs() - windowMs
    for (const [key, { atMs }] of this.#taken) {
      if (atMs >= before && this.#taken.size <= maxKept) return
      this.#taken.delete(key)
    }
  }
}

/**
 * What tells one request from another: the place it was sent to, and two checksums and the length of its bytes.
 *
 * @example
 * requestKey('/v1/logs', Buffer.from('a')) === requestKey('/v1/logs', Buffer.from('a')) // => true
 * requestKey('/v1/logs', Buffer.from('a')) === requestKey('/v1/logs', Buffer.from('b')) // => false
 */
export function requestKey(place: string, bytes: Buffer): string {
  const sums = [crc32(place), checksum(bytes, 0, bytes.length), crc32(bytes), bytes.length]
  return sums.map(sum => sum.toString(36)).join('.')
}
