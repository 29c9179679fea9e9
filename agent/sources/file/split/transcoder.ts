import { type Encoding, isLineFeed, unitBytesOf } from './encoding.ts'
import { textOfUtf32 } from './utf32.ts'

const lineFeed = 0x0a
/** Bytes that a character takes at most, in any encoding but the wide ones: what may be missing at a chunk's end. */
const longestCharacter = 4
const replacement = '\ufffd'
const none = Buffer.alloc(0)

/**
 * Makes UTF-8 of a chunk in another encoding, and says where in the chunk a place in the text stands. Both have the same
 * line ends: none but UTF-16 and UTF-32 has a line feed within a character.
 */
export class Transcoder {
  #bytes: Buffer = none
  #text: Buffer = none
  #start = 0
  #end = 0
  #unitBytes: 1 | 2 | 4 = 1
  #isBig = false
  #encoding: Encoding = 'utf-8'
  /** Where the line begins that was reached last, in the text and in the chunk. */
  #textLine = 0
  #line = 0

  /** The whole characters of a range; all of it where nothing follows. */
  decode(bytes: Buffer, start: number, end: number, encoding: Encoding, isLast: boolean): Buffer {
    this.#bytes = bytes
    this.#start = start
    this.#encoding = encoding
    this.#unitBytes = unitBytesOf(encoding)
    this.#isBig = encoding.endsWith('be')
    this.#beginLines()
    if (this.#unitBytes === 2) this.#decodeWide(start, end, isLast)
    else if (this.#unitBytes === 4) this.#decodeWidest(start, end, isLast)
    else this.#decodeOther(start, end, encoding, isLast)
    return this.#text
  }

  #decodeWide(start: number, end: number, isLast: boolean): void {
    let stop = end - ((end - start) % 2)
    if (!isLast && stop > start && isHighSurrogate(this.#bytes, stop - 2, this.#isBig)) stop -= 2
    let units = this.#bytes.subarray(start, stop)
    if (this.#isBig) units = Buffer.from(units).swap16()
    const half = isLast && stop < end ? replacement : ''
    this.#text = Buffer.from(units.toString('utf16le') + half)
    this.#end = isLast ? end : stop
  }

  #decodeWidest(start: number, end: number, isLast: boolean): void {
    const stop = end - ((end - start) % 4)
    const rest = isLast && stop < end ? replacement : ''
    this.#text = Buffer.from(textOfUtf32(this.#bytes, start, stop, this.#isBig) + rest)
    this.#end = isLast ? end : stop
  }

  #decodeOther(start: number, end: number, encoding: Encoding, isLast: boolean): void {
    const decoder = new TextDecoder(encoding, { ignoreBOM: true })
    const decode = (stop: number): string => decoder.decode(this.#bytes.subarray(start, stop))
    let text = decode(end)
    this.#end = end
    // a character that is cut shows as one that cannot be read
    for (let missing = 1; !isLast && missing < longestCharacter && text.endsWith(replacement); missing++) {
      const shorter = end - missing < start ? replacement : decode(end - missing)
      if (shorter.endsWith(replacement)) continue
      text = shorter
      this.#end = end - missing
    }
    this.#text = Buffer.from(text)
  }

  /**
   * Where in the chunk the first `done` bytes of the text end. Asked in order it costs what is between: lines are counted
   * from the place before. Within a line of an encoding whose letters differ in length the line is decoded some times more.
   */
  placeOf(done: number): number {
    if (done === this.#text.length) return this.#end
    if (done < this.#textLine) this.#beginLines()
    for (;;) {
      const feed = this.#text.indexOf(lineFeed, this.#textLine)
      if (feed < 0 || feed >= done) break
      this.#textLine = feed + 1
      this.#line = this.#behindFeed(this.#line)
    }
    return done === this.#textLine ? this.#line : this.#within(done)
  }

  #beginLines(): void {
    this.#textLine = 0
    this.#line = this.#start
  }

  /** Behind the next line feed from a place on. */
  #behindFeed(from: number): number {
    const bytes = this.#bytes
    const unitBytes = this.#unitBytes
    if (unitBytes === 1) return bytes.indexOf(lineFeed, from) + 1
    for (let at = from; at < this.#end; at += unitBytes)
      if (isLineFeed(bytes, at, unitBytes, this.#isBig)) return at + unitBytes
    return this.#end
  }

  /** A place within the line that was reached. */
  #within(done: number): number {
    const text = this.#text
    const found = text.indexOf(lineFeed, this.#textLine)
    const lineEnd = found < 0 ? this.#end : this.#behindFeed(this.#line)
    const textEnd = found < 0 ? text.length : found + 1
    const units = (end: number) => unitsOf(text.toString('utf8', this.#textLine, end), this.#unitBytes)
    if (units(textEnd) * this.#unitBytes === lineEnd - this.#line)
      return this.#line + units(done) * this.#unitBytes
    // of one that ends within a unit the platform knows nothing
    if (this.#unitBytes === 4) return lineEnd
    const line = this.#bytes.subarray(this.#line, lineEnd)
    return this.#line + bytesDecodedTo(line, done - this.#textLine, this.#encoding)
  }
}

/** Of UTF-32 each is a character, of UTF-16 many take two. */
function unitsOf(text: string, unitBytes: number): number {
  return unitBytes === 4 ? Array.from(text).length : text.length
}

/** How many bytes make so much text, in UTF-8: by halves, since what is decoded of more bytes begins as what is of fewer. */
function bytesDecodedTo(bytes: Buffer, textBytes: number, encoding: Encoding): number {
  let [few, enough] = [0, bytes.length]
  while (few < enough) {
    const middle = (few + enough) >> 1
    // what a cut character would show as is not told of
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(0, middle), {
      stream: true,
    })
    if (Buffer.byteLength(text) < textBytes) few = middle + 1
    else enough = middle
  }
  return enough
}

function isHighSurrogate(bytes: Buffer, at: number, isBig: boolean): boolean {
  const high = bytes[isBig ? at : at + 1] as number
  return high >= 0xd8 && high <= 0xdb
}
