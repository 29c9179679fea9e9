import { ByteRange } from '../records/byte-range.ts'
import type { TimeReader } from './time/reader.ts'

const dayLength = 10
const shortestClock = 8
/** A day, a clock with nine digits of a fraction, a zone, and what divides them. */
const longest = 64

/**
 * The time of a line that has it in two fields, `date=2026-11-28 time=17:07:26`, and the zone in a third where it names
 * one, as firewalls write it.
 */
export class DayAndClock {
  readonly #day = new ByteRange()
  readonly #clock = new ByteRange()
  readonly #zone = new ByteRange()
  readonly #text = Buffer.alloc(longest)

  clear(): void {
    this.#day.clear()
    this.#clock.clear()
    this.#zone.clear()
  }

  day(bytes: Buffer, start: number, end: number): void {
    if (end - start === dayLength) this.#day.set(bytes, start, end)
  }

  clock(bytes: Buffer, start: number, end: number): void {
    if (end - start >= shortestClock && bytes[start + 2] === 0x3a) this.#clock.set(bytes, start, end)
  }

  zone(bytes: Buffer, start: number, end: number): void {
    this.#zone.set(bytes, start, end)
  }

  /** Reads both as one time; false where one of them is missing, or the two are none. */
  read(time: TimeReader): boolean {
    const parts = [this.#day, this.#clock]
    if (parts.some(({ length }) => length === 0)) return false
    // what it says of the zone may be none that is known: the clock is local then
    return (
      (this.#zone.length > 0 && this.#readJoined(time, [...parts, this.#zone])) ||
      this.#readJoined(time, parts)
    )
  }

  #readJoined(time: TimeReader, parts: readonly ByteRange[]): boolean {
    let at = 0
    for (const { bytes, start, end, length } of parts) {
      if (at + length + 1 > longest) return false
      if (at > 0) this.#text[at++] = 0x20
      at += bytes.copy(this.#text, at, start, end)
    }
    return time.readValue(this.#text, 0, at)
  }
}
