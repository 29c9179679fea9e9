import type { RecordDraft } from '../records/draft.ts'
import type { FieldTaker } from './fields.ts'
import { JsonValues } from './json-values.ts'
import { fieldRoles } from './roles.ts'
import { unescapeJson } from './unescape.ts'

/** Objects nested deeper than this make a line plain text. */
const maxDepth = 16

/** Attributes may take so many times the line's bytes: long keys around many small members would repeat without end. */
const mostGrowth = 4

/**
 * Reads a line that is one JSON object, straight from its bytes into the open record: time, severity and ids into their
 * fields, every other member as an attribute, nested ones with dots in their key. Takes whatever JSON.parse
 * takes, and control characters in strings besides. Answers false where the line is not a JSON object; what was written
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
  /** Where the request may end at most with this line in it. */
  #limit = 0
  /** The keys of the objects around the present member, each with its dot. */
  #path = Buffer.alloc(1024)
  #pathLength = 0
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
    this.#pathLength = 0
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
    if (this.#peek() !== 0x22 || !this.#string()) return false
    const outer = this.#pathLength
    this.#pushKey()
    this.#skipSpace()
    if (this.#peek() !== 0x3a) return false
    this.#at++
    this.#skipSpace()
    const done = this.#value(depth)
    this.#pathLength = outer
    return done
  }

  #value(depth: number): boolean {
    const byte = this.#peek()
    if (byte === 0x7b) {
      this.#path[this.#pathLength++] = 0x2e
      return this.#object(depth + 1)
    }
    const role = fieldRoles.find(this.#path, 0, this.#pathLength)
    if (byte !== 0x22) return this.#other(role)
    if (!this.#string()) return false
    if (role === undefined || !this.#take(role))
      this.#out.stringAttribute(this.#path, 0, this.#pathLength, this.#from, this.#start, this.#stop)
    return true
  }

  /** Numbers, true, false, null and arrays. */
  #other(role: number | undefined): boolean {
    const start = this.#at
    const values = this.#values
    if (!values.measure(this.#bytes, start, this.#end)) return false
    this.#at = values.end
    if (values.isNull) return true
    const isTaken =
      role !== undefined &&
      values.isNumber &&
      this.#fields.number(role, values.number, this.#bytes, start, values.end)
    if (!isTaken) values.writeAttribute(this.#out, this.#path, this.#pathLength)
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
    if (this.#plain.length < at - start) this.#plain = Buffer.alloc((at - start) * 2)
    this.#from = this.#plain
    this.#start = 0
    this.#stop = unescapeJson(bytes, start, at, this.#plain, 0)
    return this.#stop >= 0
  }

  #pushKey(): void {
    const length = this.#stop - this.#start
    // one more byte for the dot of a nested object
    if (this.#pathLength + length + 1 > this.#path.length) {
      const grown = Buffer.alloc((this.#pathLength + length + 1) * 2)
      this.#path.copy(grown)
      this.#path = grown
    }
    for (let i = this.#start; i < this.#stop; i++) this.#path[this.#pathLength++] = this.#from[i] as number
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
