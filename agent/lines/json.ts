import type { RecordDraft } from '../records/draft.ts'
import type { FieldTaker } from './fields.ts'
import { type JsonKey, JsonKeys, stands } from './json-keys.ts'
import { JsonValues } from './json-values.ts'
import { unescapeJson } from './unescape.ts'

/** Objects nested deeper than this make a line plain text. */
const maxDepth = 16

/** Attributes may take so many times the line's bytes: long keys around many small members would repeat without end. */
const mostGrowth = 4

/**
 * Reads a line that is one JSON object, straight from its bytes into the open record: time, severity and ids into their
 * fields, every other member as an attribute, nested ones with dots in their key. Takes whatever JSON.parse
 * takes, control characters in strings and what Python writes for numbers that are none besides. Answers false where the line is not a JSON object; what was written
 * must then be taken back.
 *
 * Costs about 4 ns per byte, a third of JSON.parse and writing what it makes: guarded by the agent's benchmark.
 */
export class JsonLines {
  readonly #out: RecordDraft
  readonly #fields: FieldTaker
  readonly #values: JsonValues
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  /** All that was taken of the line stands in it as it is. */
  isVerbatim = true
  /** Where the request may end at most with this line in it. */
  #limit = 0
  readonly #keys = new JsonKeys()
  /** The key read last, and that of the object around the present member. */
  #key: JsonKey = this.#keys.start
  #parent: JsonKey | undefined
  /** Content of the string last read: a range of the line, or of `#plain` where it had escapes. */
  #from: Buffer = Buffer.alloc(0)
  #start = 0
  #stop = 0
  #plain = Buffer.alloc(1024)

  constructor(out: RecordDraft, fields: FieldTaker) {
    this.#out = out
    this.#fields = fields
    this.#values = new JsonValues()
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#key = this.#keys.start
    this.#parent = undefined
    this.isVerbatim = true
    this.#limit = this.#out.attributes.position + (end - start) * mostGrowth + 4096
    this.#fields.begin()
    this.#skipSpace()
    if (this.#peek() !== 0x7b || !this.#object(0)) return false
    this.#skipSpace()
    this.#fields.end()
    return this.#at === end
  }

  #object(depth: number): boolean {
    if (depth >= maxDepth) return false
    this.#at++
    this.#skipSpace()
    if (this.#peek() === 0x7d) {
      this.#at++
      return true
    }
    for (;;) {
      if (!this.#member(depth) || this.#out.attributes.position > this.#limit) return false
      this.#skipSpace()
      const byte = this.#peek()
      this.#at++
      if (byte === 0x7d) return true
      if (byte !== 0x2c) return false
      this.#skipSpace()
    }
  }

  #member(depth: number): boolean {
    if (this.#peek() !== 0x22 || !this.#readKey(depth)) return false
    this.#skipSpace()
    if (this.#peek() !== 0x3a) return false
    this.#at++
    this.#skipSpace()
    return this.#value(this.#key, depth)
  }

  /** The key that came behind this one in the line before is most likely the next. */
  #readKey(depth: number): boolean {
    const guess = this.#key.next
    if (guess !== undefined && this.#isNext(guess)) {
      this.#at += guess.length - guess.from + 2
      this.#key = guess
      return true
    }
    if (!this.#string()) return false
    const isPlain = this.#from === this.#bytes
    const key = this.#keys.find(this.#from, this.#start, this.#stop, this.#parent, isPlain, depth)
    this.#key.next = key.isPlain ? key : undefined
    this.#key = key
    return true
  }

  #isNext(guess: JsonKey): boolean {
    if (guess.parent !== this.#parent) return false
    const end = this.#at + 1 + guess.length - guess.from
    return end < this.#end && this.#bytes[end] === 0x22 && stands(guess, this.#bytes, this.#at + 1)
  }

  #value(key: JsonKey, depth: number): boolean {
    const byte = this.#peek()
    if (byte === 0x7b) {
      const outer = this.#parent
      this.#parent = key
      // the names of its members are put together
      this.isVerbatim = false
      const done = this.#object(depth + 1)
      this.#parent = outer
      return done
    }
    if (byte !== 0x22) return this.#other(key)
    if (!this.#string()) return false
    if (key.role === undefined || !this.#take(key.role))
      this.#out.stringAttribute(key.path, 0, key.length, this.#from, this.#start, this.#stop)
    return true
  }

  /** Numbers, true, false, null and arrays. */
  #other({ role, path, length }: JsonKey): boolean {
    const start = this.#at
    const values = this.#values
    if (!values.measure(this.#bytes, start, this.#end)) return false
    this.#at = values.end
    if (values.isArray && hasBackslash(this.#bytes, start, values.end)) this.isVerbatim = false
    if (values.isNull) return true
    const isTaken =
      role !== undefined &&
      values.isNumber &&
      this.#fields.number(role, values.number, this.#bytes, start, values.end)
    if (!isTaken) values.writeAttribute(this.#out, path, length)
    return true
  }

  #take(role: number): boolean {
    if (this.#from !== this.#plain) return this.#fields.text(role, this.#from, this.#start, this.#stop)
    // what the draft keeps must outlive the next string; names and levels with escapes are rare
    const copy = Buffer.from(this.#plain.subarray(this.#start, this.#stop))
    return this.#fields.text(role, copy, 0, copy.length)
  }

  /** Reads the string at the present quote; its content stands in `#from` from `#start` to `#stop`. */
  #string(): boolean {
    const bytes = this.#bytes
    const end = this.#end
    const start = this.#at + 1
    let at = start
    let hasEscapes = false
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === 0x22) break
      if (byte === 0x5c) {
        hasEscapes = true
        at++
      }
    }
    if (at >= end) return false
    this.#at = at + 1
    if (!hasEscapes) {
      this.#from = bytes
      this.#start = start
      this.#stop = at
      return true
    }
    this.isVerbatim = false
    if (this.#plain.length < at - start) this.#plain = Buffer.alloc((at - start) * 2)
    this.#from = this.#plain
    this.#start = 0
    this.#stop = unescapeJson(bytes, start, at, this.#plain, 0)
    return this.#stop >= 0
  }

  #peek(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at] as number) : -1
  }

  #skipSpace(): void {
    const bytes = this.#bytes
    while (this.#at < this.#end) {
      const byte = bytes[this.#at]
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return
      this.#at++
    }
  }
}

function hasBackslash(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x5c) return true
  return false
}
