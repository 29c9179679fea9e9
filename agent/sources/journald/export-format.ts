const lineFeed = 0x0a
const lengthBytes = 8
/** One entry; a larger one is passed over, since no line is that long. */
const maxEntryBytes = 8_388_608

export type JournalEntry = ReadonlyMap<string, Buffer>

/**
 * Reads the journal's export format, in pieces however they come: fields `NAME=value`, or `NAME` and eight bytes of
 * length before a value of any bytes; an empty line ends an entry. Of a field given several times the last one counts.
 * Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/
 */
export class JournalReader {
  #held: Buffer = Buffer.alloc(0)
  #fields = new Map<string, Buffer>()
  /** Entries that were too large, since the start. */
  skipped = 0

  /** The entries that are whole now. */
  push(chunk: Buffer): JournalEntry[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const entries: JournalEntry[] = []
    let at = 0
    for (let next = this.#field(at, entries); next > at; next = this.#field(at, entries)) at = next
    this.#held = Buffer.from(this.#held.subarray(at))
    if (this.#held.length > maxEntryBytes) this.#giveUp()
    return entries
  }

  /** Reads one line or field; answers where it ends, or where it began if it is not whole. */
  #field(at: number, entries: JournalEntry[]): number {
    const bytes = this.#held
    const feed = bytes.indexOf(lineFeed, at)
    if (feed < 0) return at
    if (feed === at) {
      if (this.#fields.size > 0) entries.push(this.#fields)
      this.#fields = new Map()
      return feed + 1
    }
    const equals = bytes.indexOf(0x3d, at)
    if (equals >= 0 && equals < feed) {
      this.#set(bytes.toString('latin1', at, equals), equals + 1, feed)
      return feed + 1
    }
    if (feed + 1 + lengthBytes > bytes.length) return at
    const start = feed + 1 + lengthBytes
    const end = start + Number(bytes.readBigUInt64LE(feed + 1))
    if (end + 1 > bytes.length) return at
    this.#set(bytes.toString('latin1', at, feed), start, end)
    return end + 1
  }

  #set(name: string, start: number, end: number): void {
    this.#fields.set(name, Buffer.from(this.#held.subarray(start, end)))
  }

  #giveUp(): void {
    this.skipped++
    this.#held = Buffer.alloc(0)
    this.#fields = new Map()
  }
}
