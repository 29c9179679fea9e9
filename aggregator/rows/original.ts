import { originalKey } from '../../lib/ledger/index.ts'
import { type KeyValueReader, Range, ValueReader, valueKinds } from '../../lib/otlp/index.ts'

const key = Buffer.from(originalKey)

/** Finds a record's `log.record.original`, which goes into columns of its own. Hot: asked once per attribute. */
export class OriginalFinder {
  /** Ends at 0 where the record has none; it may be there and empty. */
  readonly found = new Range()
  readonly #value = new ValueReader()

  clear(): void {
    this.found.set(0, 0)
  }

  /** True when the attribute is the original, which is then in `found`. */
  take(bytes: Buffer, entry: KeyValueReader): boolean {
    const { keyStart, keyEnd, valueStart, valueEnd } = entry
    if (keyEnd - keyStart !== key.length || bytes[keyEnd - 1] !== key[key.length - 1]) return false
    if (bytes.compare(key, 0, key.length, keyStart, keyEnd) !== 0) return false
    const value = this.#value
    value.read(bytes, valueStart, valueEnd)
    if (value.kind !== valueKinds.string && value.kind !== valueKinds.bytes) return false
    this.found.set(value.start, value.end)
    return true
  }
}
