import type { RecordDraft } from '../records/draft.ts'
import type { FieldTaker } from './fields.ts'
import { fieldRoles } from './roles.ts'
import { unescapeJson } from './unescape.ts'

/**
 * Reads a line of `key=value key="quoted value"` pairs into the open record, as JsonLines does for JSON. Values stay
 * text, since logfmt has no types. Answers false where the line is anything else; what was written must then be taken
 * back.
 */
export class LogfmtLines {
  readonly #out: RecordDraft
  readonly #fields: FieldTaker
  /** Pairs taken from the line read last, also where it turned out to be none. */
  pairs = 0
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #keyStart = 0
  #keyEnd = 0
  #from: Buffer = Buffer.alloc(0)
  #start = 0
  #stop = 0

  constructor(out: RecordDraft, fields: FieldTaker) {
    this.#out = out
    this.#fields = fields
  }

  /** `leastPairs`: prose like `a=b` in a sentence is not logfmt, so a guess wants two pairs, a configured parser one. */
  read(bytes: Buffer, start: number, end: number, leastPairs: number): boolean {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#fields.begin()
    this.pairs = 0
    while (this.#at < end) {
      if (!this.#key() || !this.#value()) return false
      this.pairs++
      if (!this.#take()) this.#writeAttribute()
      while (this.#at < end && bytes[this.#at] === 0x20) this.#at++
    }
    this.#fields.end()
    return this.pairs >= leastPairs
  }

  #key(): boolean {
    this.#keyStart = this.#at
    while (this.#at < this.#end && isKeyByte(this.#bytes[this.#at] as number)) this.#at++
    this.#keyEnd = this.#at
    if (this.#at === this.#keyStart || this.#at >= this.#end || this.#bytes[this.#at] !== 0x3d) return false
    this.#at++
    return true
  }

  #value(): boolean {
    const bytes = this.#bytes
    if (this.#at < this.#end && bytes[this.#at] === 0x22) return this.#quoted()
    this.#from = bytes
    this.#start = this.#at
    while (this.#at < this.#end && bytes[this.#at] !== 0x20) {
      // a colour is no part of a value: the line is read again without
      if (bytes[this.#at] === 0x22 || bytes[this.#at] === 0x1b) return false
      this.#at++
    }
    this.#stop = this.#at
    return true
  }

  #quoted(): boolean {
    const bytes = this.#bytes
    const start = ++this.#at
    let hasEscapes = false
    for (; this.#at < this.#end && bytes[this.#at] !== 0x22; this.#at++) {
      if (bytes[this.#at] !== 0x5c) continue
      hasEscapes = true
      this.#at++
    }
    if (this.#at >= this.#end) return false
    const stop = this.#at++
    // a pair ends at a space or at the line's end
    if (this.#at < this.#end && bytes[this.#at] !== 0x20) return false
    this.#from = bytes
    this.#start = start
    this.#stop = stop
    if (hasEscapes) {
      // its own buffer: a level must outlive the next value; escapes are rare
      this.#from = Buffer.allocUnsafe(stop - start)
      this.#start = 0
      this.#stop = unescapeJson(bytes, start, stop, this.#from, 0)
    }
    return this.#stop >= 0
  }

  #take(): boolean {
    const role = fieldRoles.find(this.#bytes, this.#keyStart, this.#keyEnd)
    return role !== undefined && this.#fields.text(role, this.#from, this.#start, this.#stop)
  }

  #writeAttribute(): void {
    this.#out.stringAttribute(this.#bytes, this.#keyStart, this.#keyEnd, this.#from, this.#start, this.#stop)
  }
}

/** Letters, digits and `_ . - / @`. */
function isKeyByte(byte: number): boolean {
  const lower = byte | 0x20
  if (lower >= 0x61 && lower <= 0x7a) return true
  return (byte >= 0x2d && byte <= 0x39) || byte === 0x5f || byte === 0x40
}
