import type { Encoding } from './encoding.ts'

const lineFeed = 0x0a
/** Bytes that a character takes at most, in any encoding but UTF-16's: what may be missing at a chunk's end. */
const longestCharacter = 4
const replacement = '\ufffd'
const none = Buffer.alloc(0)

/**
 * Makes UTF-8 of a chunk in another encoding, and says where in the chunk a place in the text stands. Both have the same
 * line ends: no encoding of the Encoding Standard but UTF-16 has a line feed within a character.
 */
export class Transcoder {
  #bytes: Buffer = none
  #text: Buffer = none
  #start = 0
  #end = 0
  #unitBytes = 1
  #isBig = false

  /** The whole characters of a range; all of it where nothing follows. */
  decode(bytes: Buffer, start: number, end: number, encoding: Encoding, isLast: boolean): Buffer {
    this.#bytes = bytes
    this.#start = start
    this.#unitBytes = encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1
    this.#isBig = encoding === 'utf-16be'
    if (this.#unitBytes === 2) this.#decodeWide(start, end, isLast)
    else this.#decodeOther(start, end, encoding, isLast)
    return this.#text
  }

  #decodeWide(start: number, end: number, isLast: boolean): void {
    let stop = end - ((end - start) % 2)
    if (!isLast && stop > start && isHighSurrogate(this.#bytes, stop - 2, this.#isBig)) stop -= 2
    let units = this.#bytes.subarray(start, stop)
    if (this.#isBig) units = Buffer.from(units).swap16()
    this.#text = Buffer.from(units.toString('utf16le'))
    // half a unit at the very end is nothing that could be shown
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

  /** Where in the chunk the first `done` bytes of the text end: behind a line end, behind a NUL, or at the end. */
  placeOf(done: number): number {
    if (done === this.#text.length) return this.#end
    const lineStart = done === 0 ? 0 : this.#text.lastIndexOf(lineFeed, done - 1) + 1
    const behindFeeds = this.#behind(lineFeed, countOf(this.#text, lineFeed, 0, lineStart), this.#start)
    return this.#behind(0, countOf(this.#text, 0, lineStart, done), behindFeeds)
  }

  /** Behind the `count`th of a character of ASCII from a place on. */
  #behind(character: number, count: number, from: number): number {
    let place = from
    for (let i = 0; i < count; i++) place = this.#next(character, place) + this.#unitBytes
    return place
  }

  #next(character: number, from: number): number {
    const bytes = this.#bytes
    if (this.#unitBytes === 1) return bytes.indexOf(character, from)
    const [low, high] = this.#isBig ? [1, 0] : [0, 1]
    for (let at = from; at < this.#end; at += 2)
      if (bytes[at + low] === character && bytes[at + high] === 0) return at
    return this.#end
  }
}

function countOf(bytes: Buffer, byte: number, start: number, end: number): number {
  let count = 0
  for (let at = bytes.indexOf(byte, start); at >= 0 && at < end; at = bytes.indexOf(byte, at + 1)) count++
  return count
}

function isHighSurrogate(bytes: Buffer, at: number, isBig: boolean): boolean {
  const high = bytes[isBig ? at : at + 1] as number
  return high >= 0xd8 && high <= 0xdb
}
