import { hash } from 'node:crypto'

const words = 4
const bytesPerSlot = words * 4 + 8
/** Beyond, probing gets long. */
const loadFactor = 0.75
const smallestSlots = 1024

/**
 * Of each key the newest offset, by the key's MD5 as Kafka keeps it: 24 bytes a key whatever its length. As large from the
 * beginning as it may become, since growing would hold up everybody else.
 */
export class OffsetMap {
  readonly #slots: number
  readonly #hashes: Int32Array
  readonly #offsets: Float64Array
  #size = 0
  /** Everything up to here has been looked at. */
  latestOffset = -1

  /** For so many keys, or as many as fit the bytes. */
  constructor(keys: number, maxBytes: number) {
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, keys / loadFactor)))
    const most = 2 ** Math.floor(Math.log2(maxBytes / bytesPerSlot))
    this.#slots = Math.max(smallestSlots, Math.min(wanted, most))
    this.#hashes = new Int32Array(this.#slots * words)
    this.#offsets = new Float64Array(this.#slots).fill(-1)
  }

  get size(): number {
    return this.#size
  }

  /** Whether `more` keys that it does not know still fit. */
  hasRoomFor(more: number): boolean {
    return this.#size + more <= this.#slots * loadFactor
  }

  /** There must be room for it. */
  put(key: Buffer, offset: number): void {
    const digest = digestOf(key)
    const slot = this.#find(digest)
    if (this.#offsets[slot] === -1) {
      this.#size++
      this.#hashes.set(digest, slot * words)
    }
    this.#offsets[slot] = offset
  }

  /** -1 for a key that is not in it. */
  get(key: Buffer): number {
    return this.#offsets[this.#find(digestOf(key))] as number
  }

  /** Where the hash stands or would stand. */
  #find(digest: Int32Array): number {
    const mask = this.#slots - 1
    for (let slot = (digest[0] as number) & mask; ; slot = (slot + 1) & mask)
      if (this.#offsets[slot] === -1 || this.#isAt(slot, digest)) return slot
  }

  #isAt(slot: number, digest: Int32Array): boolean {
    const at = slot * words
    for (let i = 0; i < words; i++) if (this.#hashes[at + i] !== digest[i]) return false
    return true
  }
}

function digestOf(key: Buffer): Int32Array {
  const digest = hash('md5', key, 'buffer')
  const value = new Int32Array(words)
  for (let i = 0; i < words; i++) value[i] = digest.readInt32LE(i * 4)
  return value
}
