import type { ByteSink } from '../native/bytes.ts'
import { byteClasses, classOf, isAlphanumeric } from './classes.ts'
import { type Mask, masks, NumericToken } from './masks.ts'

/** Of a message this much is looked at, and its first line alone. */
const maxBytes = 1024
/** A quoted text may be so long. */
const maxQuoted = 512
const { letter, digit, special, separator } = byteClasses
const space = 0x20
/** Masks by two letters: no message has bytes above 255, so a mask is never taken for its own text. */
const codeOf = (mask: Mask) => mask.charCodeAt(0) * 0x100 + mask.charCodeAt(1)
const numberCode = codeOf('num')
const quotedCode = codeOf('quoted')
const quote = 0x22
const apostrophe = 0x27
const escapeSign = 0x1b
const lineFeed = 0x0a
const colon = 0x3a
const comma = 0x2c
const brace = 0x7b

/**
 * The template of a message: the message with masks in place of what differs from one to the next. A pure function of
 * the message, so that its id, 64 bits over what it is made of, is the same on every machine and at any time. Hot: once
 * per line, about 2 ns a byte and more for numbers, no string and no object; guarded by the bench of the aggregator.
 */
export class TemplateScanner {
  /** Low and high half of the id: in an array, since a field would be boxed for each that is written. */
  readonly #id = new Int32Array(2)
  readonly #token = new NumericToken()
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #limit = 0
  #sink: ByteSink | undefined
  /** What of the message is not in the sink yet begins here. */
  #unwritten = 0
  /** Where the word under way began. */
  #word = 0

  get low(): number {
    return this.#id[0] as number
  }
  get high(): number {
    return this.#id[1] as number
  }

  /** Sets `low` and `high` to the id; writes the template where there is a sink. */
  scan(bytes: Buffer, start: number, end: number, sink?: ByteSink): void {
    this.#bytes = bytes
    this.#start = this.#unwritten = start
    this.#limit = Math.min(end, start + maxBytes)
    this.#sink = sink
    this.#id[0] = 0x811c_9dc5
    this.#id[1] = 0x2545_f491
    let at = this.#plain(start)
    while (at < this.#limit && bytes[at] !== lineFeed) at = this.#plain(this.#other(at))
    sink?.copy(bytes, this.#unwritten, at)
  }

  /** Words and what stands between them, up to a digit or something else of its own. Nearly all bytes pass here. */
  #plain(from: number): number {
    const bytes = this.#bytes
    const limit = this.#limit
    const classes = classOf
    const start = this.#start
    const id = this.#id
    let low = id[0] as number
    let high = id[1] as number
    let lowBefore = low
    let highBefore = high
    let word = from
    let at = from
    let kind: number = special
    for (; at < limit; at++) {
      const byte = bytes[at] as number
      kind = classes[byte] as number
      if (kind === letter) {
        low = Math.imul(low ^ byte, 0x0100_0193)
        high = (Math.imul(high, 33) + byte) | 0
        continue
      }
      // nothing is called in here: the engine would look up the bytes anew each time
      if (kind !== separator || (byte === space && at > start && (bytes[at - 1] as number) <= space)) break
      low = Math.imul(low ^ byte, 0x0100_0193)
      high = (Math.imul(high, 33) + byte) | 0
      word = at + 1
      lowBefore = low
      highBefore = high
    }
    const isNumber = at < limit && kind === digit
    id[0] = isNumber ? lowBefore : low
    id[1] = isNumber ? highBefore : high
    this.#word = word
    return at
  }

  /** Of a run of white space the first counts. */
  #isRepeated(at: number): boolean {
    return at > this.#start && (this.#bytes[at - 1] as number) <= space
  }

  #other(at: number): number {
    const byte = this.#bytes[at] as number
    if (classOf[byte] === byteClasses.digit) return this.#number(at)
    if (byte === quote || byte === apostrophe) return this.#quoted(at, byte)
    if (byte === escapeSign) return this.#colour(at)
    const isFirst = !this.#isRepeated(at)
    this.#flush(at, at + 1)
    if (isFirst) {
      this.#add(space)
      this.#sink?.byte(space)
    }
    return at + 1
  }

  /** Most numbers are digits alone and need no closer look. */
  #number(at: number): number {
    const start = this.#word
    if (start === at) {
      let end = at + 1
      while (end < this.#limit && classOf[this.#bytes[end] as number] === digit) end++
      if (end === this.#limit || !this.#goesOn(end)) return this.#mask('num', numberCode, at, end)
    }
    const token = this.#token
    token.read(this.#bytes, start, this.#limit)
    if (token.mask !== undefined) return this.#mask(token.mask, codeOf(token.mask), start, token.end)
    return this.#literal(start, token.end)
  }

  #goesOn(at: number): boolean {
    const byte = this.#bytes[at] as number
    if (isAlphanumeric(byte)) return true
    const isJoint = byte === 0x2e || byte === colon || byte === 0x2d
    return isJoint && at + 1 < this.#limit && isAlphanumeric(this.#bytes[at + 1] as number)
  }

  /** A text in quotes; a key of JSON stays, and an apostrophe inside a word begins none. */
  #quoted(at: number, mark: number): number {
    const bytes = this.#bytes
    const limit = Math.min(this.#limit, at + maxQuoted)
    const isInWord = mark === apostrophe && at > this.#start && isAlphanumeric(bytes[at - 1] as number)
    let end = at + 1
    while (!isInWord && end < limit && bytes[end] !== mark && bytes[end] !== lineFeed) end++
    if (isInWord || end >= limit || bytes[end] !== mark) return this.#literal(at, at + 1)
    return this.#isKey(at, end) ? this.#literal(at, end + 1) : this.#mask('quoted', quotedCode, at, end + 1)
  }

  /** `{"key":` or `, "key":` */
  #isKey(at: number, end: number): boolean {
    if (end + 1 >= this.#limit || this.#bytes[end + 1] !== colon) return false
    let before = at - 1
    while (before >= this.#start && this.#bytes[before] === 0x20) before--
    return before >= this.#start && (this.#bytes[before] === brace || this.#bytes[before] === comma)
  }

  /** ECMA-48 CSI: parameters up to a letter. They say nothing. */
  #colour(at: number): number {
    let end = at + 1
    while (end < this.#limit && classOf[this.#bytes[end] as number] !== byteClasses.letter) end++
    const after = Math.min(end + 1, this.#limit)
    this.#flush(at, after)
    return after
  }

  #literal(start: number, end: number): number {
    for (let i = start; i < end; i++) this.#add(this.#bytes[i] as number)
    return end
  }

  #mask(mask: Mask, code: number, start: number, end: number): number {
    this.#add(code)
    if (this.#sink === undefined) return end
    this.#flush(start, end)
    this.#sink.text(masks[mask])
    return end
  }

  /** Writes what there is up to `to`, and leaves out what follows up to `next`. */
  #flush(to: number, next: number): void {
    this.#sink?.copy(this.#bytes, this.#unwritten, to)
    this.#unwritten = next
  }

  #add(byte: number): void {
    const id = this.#id
    id[0] = Math.imul((id[0] as number) ^ byte, 0x0100_0193)
    id[1] = Math.imul(id[1] as number, 33) + byte
  }
}
