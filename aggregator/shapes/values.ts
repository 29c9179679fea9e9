import type { Range } from '../../lib/otlp/index.ts'
import { maxPlaced, specialCount, specials } from './parts.ts'
import { TimeText } from './time-text.ts'
import { isWordByte } from './word-bytes.ts'

/** Attributes looked at for the next value of a line: one that is not in it must not hide those behind it. */
const lookAhead = 4
/** Where date, time and the second's fraction begin in a time's text. */
const timeStarts = [0, 11, 20] as const
const traceIdDigits = 32
const spanIdDigits = 16
const space = 0x20
const dot = 0x2e
const comma = 0x2c
const colon = 0x3a
const letterT = 0x54
const letterZ = 0x5a
/** By the number of digits. */
const fractions: Readonly<Record<number, number>> = {
  3: specials.millis,
  6: specials.micros,
  9: specials.nanos,
}

/**
 * The values that the columns of one row have anyway, to be found in its line. Each is found once at most. Hot: no string
 * and no object per row.
 */
export class RowValues {
  /** Number of attributes in the row. */
  count = 0
  /** What `matchAt` found: an attribute's number, or a special's. */
  found = 0
  isSpecial = false
  /** Bytes in attributes and specials found. */
  #bytes: Buffer = Buffer.alloc(0)
  readonly #starts = new Int32Array(maxPlaced)
  readonly #ends = new Int32Array(maxPlaced)
  #next = 0
  /** For each byte the last row that had a value beginning with it: most places of a line begin none. */
  readonly #firsts = new Uint32Array(256)
  #row = 0
  readonly #time = new TimeText()
  #usedSpecials = 0
  #request: Buffer = Buffer.alloc(0)
  #severityStart = 0
  #severityTo = 0
  #traceStart = 0
  #traceEnd = 0
  #spanStart = 0
  #spanEnd = 0
  #messageBytes: Buffer = Buffer.alloc(0)
  #messageStart = 0
  #messageEnd = 0

  /** Reads the values of a row's attributes as a String column has them. False where they are too many. */
  setAttributes(bytes: Buffer, start: number, end: number): boolean {
    this.#bytes = bytes
    this.#next = 0
    this.#usedSpecials = 0
    this.#row = (this.#row + 1) >>> 0
    let count = 0
    for (let at = start; at < end; count++) {
      let length = 0
      let scale = 1
      for (; (bytes[at] as number) >= 0x80; scale *= 128) length += ((bytes[at++] as number) & 0x7f) * scale
      length += (bytes[at++] as number) * scale
      if (count === maxPlaced) return false
      this.#starts[count] = at
      if (length > 0) this.#begins(bytes[at] as number)
      at += length
      this.#ends[count] = at
    }
    this.count = count
    return true
  }

  setSpecials(
    request: Buffer,
    low: number,
    high: number,
    severity: Range,
    traceId: Range,
    spanId: Range,
  ): void {
    this.#time.set(low, high)
    this.#request = request
    this.#severityStart = severity.start
    this.#severityTo = severity.end
    this.#traceStart = traceId.start
    this.#traceEnd = traceId.end
    this.#spanStart = spanId.start
    this.#spanEnd = spanId.end
    for (const at of timeStarts) this.#begins(this.#time.bytes[at] as number)
    if (severity.end > severity.start) this.#begins(request[severity.start] as number)
    if (traceId.end > traceId.start) this.#begins(hexDigit((request[traceId.start] as number) >> 4))
    if (spanId.end > spanId.start) this.#begins(hexDigit((request[spanId.start] as number) >> 4))
  }

  /** What the line says, which is no attribute of the row. */
  setMessage(bytes: Buffer, start: number, end: number): void {
    this.#messageBytes = bytes
    this.#messageStart = start
    this.#messageEnd = end
    if (end > start) this.#begins(bytes[start] as number)
  }

  hasSpace(attribute: number): boolean {
    const end = this.#ends[attribute] as number
    for (let at = this.#starts[attribute] as number; at < end; at++)
      if (this.#bytes[at] === space) return true
    return false
  }

  #begins(byte: number): void {
    this.#firsts[byte] = this.#row
  }

  /** Where the value ends that begins at this place of the line; -1 where none does. */
  matchAt(line: Buffer, at: number, end: number): number {
    const first = line[at] as number
    if (this.#firsts[first] !== this.#row) return -1
    const last = Math.min(this.count, this.#next + lookAhead)
    for (let i = this.#next; i < last; i++) {
      if (this.#bytes[this.#starts[i] as number] !== first) continue
      const to = this.#attributeEnd(i, line, at, end)
      if (to < 0) continue
      this.#next = i + 1
      this.isSpecial = false
      this.found = i
      return to
    }
    return this.#special(line, at, end)
  }

  /**
   * Where the value of this kind and number ends if it begins at this place of the line, as `matchAt` would have it; -1 where
   * it does not stand there.
   */
  endAt(isSpecial: boolean, number: number, line: Buffer, at: number, end: number): number {
    if (!isSpecial) return this.#attributeEnd(number, line, at, end)
    switch (number) {
      case specials.date:
        return this.#dateEnd(line, at, end)
      case specials.time:
        return this.#clockEnd(line, at, end)
      case specials.severity:
        return this.#severityEnd(line, at, end)
      case specials.traceId:
        return this.#idEnd(line, at, end, traceIdDigits, this.#traceStart, this.#traceEnd)
      case specials.spanId:
        return this.#idEnd(line, at, end, spanIdDigits, this.#spanStart, this.#spanEnd)
      case specials.message:
        return this.#messageEndAt(line, at, end)
      default: {
        const to = this.#fractionEnd(line, at, end)
        return to >= 0 && fractions[to - at] === number ? to : -1
      }
    }
  }

  #attributeEnd(attribute: number, line: Buffer, at: number, end: number): number {
    const from = this.#starts[attribute] as number
    const to = at + (this.#ends[attribute] as number) - from
    if (to <= at || to > end || !isEdge(line, to, end)) return -1
    return isSame(line, at, this.#bytes, from, this.#ends[attribute] as number) ? to : -1
  }

  #special(line: Buffer, at: number, end: number): number {
    if (isDigit(line[at])) {
      const to = this.#timeAt(line, at, end)
      if (to >= 0) return to
    }
    for (let special: number = specials.severity; special < specialCount; special++) {
      const to = this.endAt(true, special, line, at, end)
      if (to >= 0 && this.#take(special, to) >= 0) return to
    }
    return -1
  }

  #take(special: number, to: number): number {
    const bit = 1 << special
    if ((this.#usedSpecials & bit) !== 0) return -1
    this.#usedSpecials |= bit
    this.isSpecial = true
    this.found = special
    return to
  }

  /** The date, the time of day, and three, six or nine digits of the second, each on its own. */
  #timeAt(line: Buffer, at: number, end: number): number {
    const date = this.#dateEnd(line, at, end)
    if (date >= 0) return this.#take(specials.date, date)
    const clock = this.#clockEnd(line, at, end)
    if (clock >= 0) return this.#take(specials.time, clock)
    const to = this.#fractionEnd(line, at, end)
    return to < 0 ? -1 : this.#take(fractions[to - at] as number, to)
  }

  #dateEnd(line: Buffer, at: number, end: number): number {
    const to = at + 10
    return to <= end && isSame(line, at, this.#time.bytes, 0, 10) && isDateEnd(line, to, end) ? to : -1
  }

  #clockEnd(line: Buffer, at: number, end: number): number {
    const to = at + 8
    return to <= end && isSame(line, at, this.#time.bytes, 11, 19) && isTimeEnd(line, to, end) ? to : -1
  }

  #fractionEnd(line: Buffer, at: number, end: number): number {
    const isFraction = at > 0 && (line[at - 1] === dot || line[at - 1] === comma)
    if (!isFraction) return -1
    const { bytes } = this.#time
    let to = at
    while (to < end && to < at + 9 && line[to] === bytes[20 + to - at]) to++
    return fractions[to - at] !== undefined && isTimeEnd(line, to, end) ? to : -1
  }

  #severityEnd(line: Buffer, at: number, end: number): number {
    const length = this.#severityTo - this.#severityStart
    const to = at + length
    if (length === 0 || to > end || line[at] !== this.#request[this.#severityStart]) return -1
    if (!isEdge(line, to, end)) return -1
    return isSame(line, at, this.#request, this.#severityStart, this.#severityTo) ? to : -1
  }

  #messageEndAt(line: Buffer, at: number, end: number): number {
    const to = at + this.#messageEnd - this.#messageStart
    if (to === at || to > end || !isEdge(line, to, end)) return -1
    return isSame(line, at, this.#messageBytes, this.#messageStart, this.#messageEnd) ? to : -1
  }

  #idEnd(line: Buffer, at: number, end: number, digits: number, from: number, idEnd: number): number {
    const to = at + (idEnd - from) * 2
    if (line[at] !== hexDigit((this.#request[from] as number) >> 4)) return -1
    if (to - at !== digits || to > end || !isEdge(line, to, end) || isZero(this.#request, from)) return -1
    for (let i = from, digit = at; i < idEnd; i++, digit += 2) {
      const byte = this.#request[i] as number
      if (line[digit] !== hexDigit(byte >> 4) || line[digit + 1] !== hexDigit(byte & 15)) return -1
    }
    return to
  }
}

/** `2026-01-01` alone, or with `T00:` behind it: so words that hold a part of a time have few forms (query/line-index.ts). */
function isDateEnd(line: Buffer, to: number, end: number): boolean {
  if (to === end || !isWordByte(line[to] as number)) return true
  return (
    line[to] === letterT &&
    to + 3 < end &&
    isDigit(line[to + 1]) &&
    isDigit(line[to + 2]) &&
    line[to + 3] === colon
  )
}

function isTimeEnd(line: Buffer, to: number, end: number): boolean {
  return isEdge(line, to, end) || (line[to] === letterZ && isEdge(line, to + 1, end))
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value
}

/** An id of zeros stands for none, and is not kept. */
function isZero(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) === 0 && bytes.readUInt32LE(at + 4) === 0
}

/** A value ends where a word ends, so that a word of the line is never partly in a value. */
function isEdge(line: Buffer, to: number, end: number): boolean {
  return to === end || !isWordByte(line[to] as number) || !isWordByte(line[to - 1] as number)
}

function isSame(line: Buffer, at: number, bytes: Buffer, start: number, end: number): boolean {
  for (let i = start, here = at; i < end; i++, here++) if (line[here] !== bytes[i]) return false
  return true
}
