import { hash } from 'node:crypto'

const words = 4
const bytesPerSlot = words * 4 + 8
/** Beyond, probing gets long. */
const loadFactor = 0.75
const smallestSlots = 1024

/**
 * Of each key the newest offset, by the key's MD5 as Kafka keeps it: 24 bytes a key whatever its length. Grows up to
 * `maxBytes`, then says that it is full.
 */
export class OffsetMap {
  readonly #maxSlots: number
  #hashes: Int32Array
  #offsets: Float64Array
  #slots: number
  #size = 0
  /** Everything up to here has been looked at. */
  latestOffset = -1

  constructor(maxBytes: number) {
    this.#maxSlots = Math.max(smallestSlots, 2 ** Math.floor(Math.log2(maxBytes / bytesPerSlot)))
    this.#slots = smallestSlots
    this.#hashes = new Int32Array(this.#slots * words)
    this.#offsets = new Float64Array(this.#slots).fill(-1)
  }

  get size(): number {
    return this.#size
  }

  /** Whether `more` keys that it does not know still fit. */
  hasRoomFor(more: number): boolean {
    return this.#size + more <= this.#maxSlots * loadFactor
  }

  put(key: Buffer, offset: number): void {
    if (this.#size + 1 > this.#slots * loadFactor) this.#grow()
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

  #grow(): void {
    if (this.#slots >= this.#maxSlots) throw new RangeError('the offset map is full')
    const [hashes, offsets] = [this.#hashes, this.#offsets]
    this.#slots *= 2
    this.#hashes = new Int32Array(this.#slots * words)
    this.#offsets = new Float64Array(this.#slots).fill(-1)
    for (let old = 0; old < offsets.length; old++) {
      if (offsets[old] === -1) continue
      const digest = hashes.subarray(old * words, (old + 1) * words)
      const slot = this.#find(digest)
      this.#hashes.set(digest, slot * words)
      this.#offsets[slot] = offsets[old] as number
    }
  }
}

function digestOf(key: Buffer): Int32Array {
  const digest = hash('md5', key, 'buffer')
  const value = new Int32Array(words)
  for (let i = 0; i < words; i++) value[i] = digest.readInt32LE(i * 4)
  return value
}
