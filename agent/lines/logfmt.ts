import type { RecordDraft } from '../records/draft.ts'
import { fieldRoles, roleLevel, roleSpanId, roleTime, roleTraceId } from './roles.ts'
import { severityWords } from './severity.ts'
import type { TimeReader } from './time.ts'
import { unescapeJson } from './unescape.ts'

/**
 * Reads a line of `key=value key="quoted value"` pairs into the open record, as JsonLines does for JSON. Values stay
 * text, since logfmt has no types. Answers false where the line is anything else; what was written must then be taken
 * back.
 */
export class LogfmtLines {
  readonly #out: RecordDraft
  readonly #time: TimeReader
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #keyStart = 0
  #keyEnd = 0
  #from: Buffer = Buffer.alloc(0)
  #start = 0
  #stop = 0

  constructor(out: RecordDraft, time: TimeReader) {
    this.#out = out
    this.#time = time
  }

  /** `leastPairs`: prose like `a=b` in a sentence is not logfmt, so a guess wants two pairs, a configured parser one. */
  read(bytes: Buffer, start: number, end: number, leastPairs: number): boolean {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    let pairs = 0
    while (this.#at < end) {
      if (!this.#key() || !this.#value()) return false
      pairs++
      if (!this.#take()) this.#writeAttribute()
      while (this.#at < end && bytes[this.#at] === 0x20) this.#at++
    }
    return pairs >= leastPairs
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
      if (bytes[this.#at] === 0x22) return false
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
    const out = this.#out
    const [from, start, stop] = [this.#from, this.#start, this.#stop]
    switch (fieldRoles.find(this.#bytes, this.#keyStart, this.#keyEnd)) {
      case roleTime: {
        const time = this.#time
        if (out.seconds >= 0) return false
        if (!(time.read(from, start, stop) && time.end === stop) && !time.readEpoch(from, start, stop))
          return false
        out.seconds = time.seconds
        out.nanos = time.nanos
        return true
      }
      case roleLevel:
        if (out.hasSeverity || stop === start) return false
        out.setSeverity(severityWords.find(from, start, stop) ?? 0, from, start, stop)
        return true
      case roleTraceId:
        return !out.hasTraceId && out.setId('trace', from, start, stop)
      case roleSpanId:
        return !out.hasSpanId && out.setId('span', from, start, stop)
      default:
        return false
    }
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
