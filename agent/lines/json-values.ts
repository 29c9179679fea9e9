import { WireWriter } from '../../lib/otlp/index.ts'
import type { RecordDraft } from '../records/draft.ts'
import { JsonArrays } from './json-arrays.ts'
import { JsonNumber, kindBig, kindDigits, kindDouble } from './json-number.ts'

const isNone = 0
const isBool = 1
const isNumber = 2
const isArray = 3

/**
 * JSON values other than strings and objects: measured first, then written as an attribute. Numbers and literals cost
 * no object.
 */
export class JsonValues {
  /** Where the value measured last ends. */
  end = 0
  #what = isNone
  #bool = 0
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  readonly #number = new JsonNumber()
  readonly #arrays = new JsonArrays()
  readonly #scratch = new WireWriter(1024)

  get isNull(): boolean {
    return this.#what === isNone
  }
  get isNumber(): boolean {
    return this.#what === isNumber
  }
  get isArray(): boolean {
    return this.#what === isArray
  }
  /** Its number, where it is one; not exact where it has too many digits. */
  get number(): number {
    return this.#number.value
  }

  /** False where no value of these kinds stands at `start`. */
  measure(bytes: Buffer, start: number, end: number): boolean {
    if (start >= end) return false
    this.#bytes = bytes
    this.#start = start
    switch (bytes[start]) {
      case 0x74:
        return this.#literal(end, 'true', isBool, 1)
      case 0x66:
        return this.#literal(end, 'false', isBool, 0)
      case 0x6e:
        return this.#literal(end, 'null', isNone, 0)
      case 0x5b:
        return this.#array(end)
      default: {
        const number = this.#number
        if (!number.read(bytes, start, end)) return false
        this.#what = isNumber
        this.end = number.end
        return true
      }
    }
  }

  writeAttribute(out: RecordDraft, key: Buffer, keyLength: number): void {
    if (this.#what === isNumber) this.#writeNumber(out, key, keyLength)
    else if (this.#what === isBool) {
      const at = out.openAttribute(key, 0, keyLength, 2)
      out.attributes.bytes[at] = 0x10
      out.attributes.bytes[at + 1] = this.#bool
      out.attributes.position = at + 2
    } else this.#writeScratch(out, key, keyLength)
  }

  #writeNumber(out: RecordDraft, key: Buffer, keyLength: number): void {
    const { kind, value } = this.#number
    if (kind === kindDouble) {
      const at = out.openAttribute(key, 0, keyLength, 9)
      out.attributes.bytes[at] = 0x21
      out.attributes.position = out.attributes.bytes.writeDoubleLE(value, at + 1)
    } else if (kind === kindDigits) {
      out.stringAttribute(key, 0, keyLength, this.#bytes, this.#start, this.end)
    } else if (kind !== kindBig && value >= 0) out.integerAttribute(key, 0, keyLength, value)
    else {
      this.#scratch.reset()
      this.#number.writeAnyValue(this.#scratch, this.#bytes, this.#start)
      this.#writeScratch(out, key, keyLength)
    }
  }

  #writeScratch(out: RecordDraft, key: Buffer, keyLength: number): void {
    const scratch = this.#scratch
    const at = out.openAttribute(key, 0, keyLength, scratch.position)
    out.attributes.position = at + scratch.bytes.copy(out.attributes.bytes, at, 0, scratch.position)
  }

  #literal(end: number, word: string, what: number, bool: number): boolean {
    this.end = this.#start + word.length
    if (this.end > end) return false
    for (let i = 0; i < word.length; i++)
      if (this.#bytes[this.#start + i] !== word.charCodeAt(i)) return false
    this.#what = what
    this.#bool = bool
    return true
  }

  #array(end: number): boolean {
    this.#scratch.reset()
    this.#what = isArray
    this.end = this.#arrays.write(this.#bytes, this.#start, end, this.#scratch)
    return this.end >= 0
  }
}
