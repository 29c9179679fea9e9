import { type KeyValueReader, Range, ValueReader } from '../../lib/otlp/index.ts'

/** Finds the attribute of a record that goes into columns of its own. Hot: asked once per attribute. */
export class OwnAttribute {
  /** Ends at 0 where the record has none; it may be there and empty. */
  readonly found = new Range()
  readonly #key: Buffer
  readonly #kinds: ReadonlySet<number>
  readonly #value = new ValueReader()

  /** `kinds` of values that it may have: with another it is an attribute like others. */
  constructor(key: string, kinds: readonly number[]) {
    this.#key = Buffer.from(key)
    this.#kinds = new Set(kinds)
  }

  clear(): void {
    this.found.set(0, 0)
  }

  /** True when the attribute is this one, which is then in `found`. */
  take(bytes: Buffer, entry: KeyValueReader): boolean {
    const key = this.#key
    const { keyStart, keyEnd, valueStart, valueEnd } = entry
    if (keyEnd - keyStart !== key.length || bytes[keyEnd - 1] !== key[key.length - 1]) return false
    if (bytes.compare(key, 0, key.length, keyStart, keyEnd) !== 0) return false
    const value = this.#value
    value.read(bytes, valueStart, valueEnd)
    if (!this.#kinds.has(value.kind)) return false
    this.found.set(value.start, value.end)
    return true
  }
}
