import { type OtlpValue, WireWriter, writeAnyValue } from '../../lib/otlp/index.ts'
import { isDigit, lengthOfVarint, putVarint } from '../records/bytes.ts'
import type { RecordDraft } from '../records/draft.ts'

const kindNull = 0
const kindBool = 1
const kindInteger = 2
const kindDouble = 3
const kindBig = 4
const kindArray = 5

/** Beyond 15 digits a double may not be exact. */
const maxExactDigits = 15

/**
 * JSON values other than strings and objects: measured first, then written as an attribute. Numbers and literals cost
 * no object; arrays, which are rare in logs, go through JSON.parse.
 */
export class JsonValues {
  /** Where the value measured last ends. */
  end = 0
  /** Its number, where it is one. */
  number = 0
  #kind = kindNull
  #big = 0n
  #array: readonly OtlpValue[] = []
  readonly #scratch = new WireWriter(1024)

  get isNull(): boolean {
    return this.#kind === kindNull
  }
  get isNumber(): boolean {
    return this.#kind === kindInteger || this.#kind === kindDouble || this.#kind === kindBig
  }

  /** False where no value of these kinds stands at `start`. */
  measure(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start]
    if (start >= end || first === undefined) return false
    if (first === 0x74) return this.#literal(bytes, start, end, 'true', kindBool, 1)
    if (first === 0x66) return this.#literal(bytes, start, end, 'false', kindBool, 0)
    if (first === 0x6e) return this.#literal(bytes, start, end, 'null', kindNull, 0)
    if (first === 0x5b) return this.#measureArray(bytes, start, end)
    return this.#measureNumber(bytes, start, end)
  }

  writeAttribute(out: RecordDraft, key: Buffer, keyLength: number): void {
    if (this.#kind === kindInteger && this.number >= 0) this.#writeInteger(out, key, keyLength)
    else if (this.#kind === kindBool) {
      const at = out.openAttribute(key, 0, keyLength, 2)
      out.attributes.bytes[at] = 0x10
      out.attributes.bytes[at + 1] = this.number
      out.attributes.position = at + 2
    } else if (this.#kind === kindDouble) {
      const at = out.openAttribute(key, 0, keyLength, 9)
      out.attributes.bytes[at] = 0x21
      out.attributes.position = out.attributes.bytes.writeDoubleLE(this.number, at + 1)
    } else this.#writeOther(out, key, keyLength)
  }

  #writeInteger(out: RecordDraft, key: Buffer, keyLength: number): void {
    const value = this.number
    if (value >= 0x1000_0000) {
      this.#writeOther(out, key, keyLength)
      return
    }
    const at = out.openAttribute(key, 0, keyLength, 1 + lengthOfVarint(value))
    out.attributes.bytes[at] = 0x18
    out.attributes.position = putVarint(out.attributes.bytes, at + 1, value)
  }

  #writeOther(out: RecordDraft, key: Buffer, keyLength: number): void {
    const scratch = this.#scratch
    scratch.reset()
    const value = this.#kind === kindArray ? this.#array : this.#kind === kindBig ? this.#big : this.number
    writeAnyValue(scratch, value)
    const at = out.openAttribute(key, 0, keyLength, scratch.position)
    out.attributes.position = at + scratch.bytes.copy(out.attributes.bytes, at, 0, scratch.position)
  }

  #literal(bytes: Buffer, start: number, end: number, word: string, kind: number, value: number): boolean {
    if (start + word.length > end) return false
    for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false
    this.#kind = kind
    this.number = value
    this.end = start + word.length
    return true
  }

  /** By JSON's grammar: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`. */
  #measureNumber(bytes: Buffer, start: number, end: number): boolean {
    const negative = bytes[start] === 0x2d
    const first = negative ? start + 1 : start
    let at = first
    let value = 0
    while (at < end && isDigit(bytes[at])) value = value * 10 + (bytes[at++] as number) - 0x30
    const digits = at - first
    if (digits === 0 || (digits > 1 && bytes[first] === 0x30)) return false
    const rest = at < end ? bytes[at] : undefined
    if (rest === 0x2e || rest === 0x65 || rest === 0x45) return this.#measureDouble(bytes, start, at, end)
    this.end = at
    if (digits > maxExactDigits) {
      this.#measureBig(bytes, start, at)
      return true
    }
    this.#kind = negative && value === 0 ? kindDouble : kindInteger
    this.number = negative ? -value : value
    return true
  }

  #measureBig(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, end)
    this.number = Number(text)
    this.#kind = kindDouble
    // longer ones cannot be 64 bits; a thousand digits must not cost a bigint
    if (end - start > 20) return
    this.#big = BigInt(text)
    if (BigInt.asIntN(64, this.#big) === this.#big) this.#kind = kindBig
  }

  #measureDouble(bytes: Buffer, start: number, integerEnd: number, end: number): boolean {
    let at = integerEnd
    if (bytes[at] === 0x2e) {
      const from = at + 1
      at = skipDigits(bytes, from, end)
      if (at === from) return false
    }
    if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
      const signed = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
      const from = at + (signed ? 2 : 1)
      at = skipDigits(bytes, from, end)
      if (at === from) return false
    }
    this.end = at
    this.#kind = kindDouble
    this.number = Number(bytes.toString('latin1', start, at))
    return true
  }

  #measureArray(bytes: Buffer, start: number, end: number): boolean {
    const close = endOfArray(bytes, start, end)
    if (close < 0) return false
    try {
      this.#array = JSON.parse(bytes.toString('utf8', start, close)) as readonly OtlpValue[]
    } catch {
      return false
    }
    this.#kind = kindArray
    this.end = close
    return true
  }
}

function skipDigits(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isDigit(bytes[at])) at++
  return at
}

/** Past the bracket that closes the array at `start`; -1 where there is none. */
function endOfArray(bytes: Buffer, start: number, end: number): number {
  let depth = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === 0x22) at = endOfString(bytes, at + 1, end)
    else if (byte === 0x5b || byte === 0x7b) depth++
    else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) return at + 1
  }
  return -1
}

/** The quote that closes a string; `end` where there is none. */
function endOfString(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at
}
