import { endOfDigits, isBoundary, isLetter, twoDigits } from './digits.ts'
import type { Zone } from './zone.ts'
import { endOfZoneName, ZoneNames } from './zone-names.ts'
import { isZoneOffset, localTime, zoneWords } from './zone-words.ts'

/** How long the name of a zone in brackets behind an offset may be. */
const longestName = 64

const noOffset = 1_000_000

/**
 * Reads what says the zone of a time, right behind it: `Z`, `+01`, `+0100`, `+01:00`, `UTC`, `CET`, `[UTC]`, `GMT+0100
 * (CET)`, Go's `+0000 UTC m=+0.1`, `Europe/Berlin`, also after a space. Anything else is the text after the time, and the time local.
 */
export class OffsetReader {
  /** Where the zone ends; where the time ended if there is none. */
  end = 0
  /** In seconds, or `localTime`. */
  offset = localTime
  /** That of a name as in `Europe/Berlin`, whose offset the time decides. */
  zone: Zone | undefined
  readonly #names = new ZoneNames()
  #stop = 0

  read(bytes: Buffer, at: number, end: number): void {
    this.end = at
    this.offset = localTime
    this.zone = undefined
    if (at >= end) return
    const isApart = bytes[at] === 0x20
    const from = isApart ? at + 1 : at
    const first = bytes[from] as number
    if (from >= end) return
    if (first === 0x2b || first === 0x2d) this.#signed(bytes, from, end, isApart)
    else if (first === 0x5b) this.#bracketed(bytes, from, end)
    else if (isCapital(first) || (first === 0x7a && !isApart)) this.#word(bytes, from, end, isApart)
  }

  #signed(bytes: Buffer, at: number, end: number, isApart: boolean): void {
    const minutes = this.#minutes(bytes, at, end)
    const hasColon = this.#stop === at + 6
    if (minutes === noOffset || ((isApart || !hasColon) && !isZoneOffset(minutes))) return
    if (isApart && !isBoundary(bytes, this.#stop, end)) return
    this.offset = minutes * 60
    this.end = this.#stop
    if (bytes[this.end] === 0x5b) this.#name(bytes, this.end, end)
    else if (bytes[this.end] === 0x20) this.#goName(bytes, this.end + 1, end)
  }

  /** The minutes of `+01`, `+0100` or `+01:00`, whose end is left in `#stop`. */
  #minutes(bytes: Buffer, at: number, end: number): number {
    const stop = endOfDigits(bytes, at + 1, end)
    const hours = twoDigits(bytes, at + 1)
    if (stop === at + 5) {
      this.#stop = stop
      return signed(bytes, at, hours, twoDigits(bytes, at + 3))
    }
    // Db2 writes the offset in minutes
    if (stop === at + 4) {
      this.#stop = stop
      const minutes = ((bytes[at + 1] as number) - 0x30) * 100 + twoDigits(bytes, at + 2)
      return signed(bytes, at, Math.floor(minutes / 60), minutes % 60)
    }
    if (stop !== at + 3) return noOffset
    this.#stop = bytes[stop] === 0x3a ? endOfDigits(bytes, stop + 1, end) : stop
    if (this.#stop === at + 6) return signed(bytes, at, hours, twoDigits(bytes, at + 4))
    this.#stop = stop
    return isBoundary(bytes, stop, end) ? signed(bytes, at, hours, 0) : noOffset
  }

  #word(bytes: Buffer, at: number, end: number, isApart: boolean): void {
    const stop = endOfCapitals(bytes, at, end)
    const offset = zoneWords.find(bytes, at, stop)
    if (offset === undefined) {
      this.#place(bytes, at, end, 0)
      return
    }
    if (offset === 0 && stop < end && (bytes[stop] === 0x2b || bytes[stop] === 0x2d)) {
      this.#behindWord(bytes, stop, end)
      return
    }
    if (isApart ? !isBoundary(bytes, stop, end) : stop < end && isWordByte(bytes[stop] as number)) return
    this.offset = offset
    this.end = stop
    if (bytes[stop] === 0x5b) this.#name(bytes, stop, end)
    else this.#title(bytes, stop, end)
  }

  /** `GMT+0100`, `UTC+1`, `UTC-05:00`. */
  #behindWord(bytes: Buffer, at: number, end: number): void {
    const isShort = endOfDigits(bytes, at + 1, end) === at + 2
    const minutes = isShort
      ? signed(bytes, at, (bytes[at + 1] as number) - 0x30, 0)
      : this.#minutes(bytes, at, end)
    if (minutes === noOffset) return
    this.offset = minutes * 60
    this.end = isShort ? at + 2 : this.#stop
    this.#title(bytes, this.end, end)
  }

  /** `[UTC]`, `[Europe/Berlin]`. */
  #bracketed(bytes: Buffer, at: number, end: number): void {
    const stop = endOfCapitals(bytes, at + 1, end)
    const offset = bytes[stop] === 0x5d ? zoneWords.find(bytes, at + 1, stop) : undefined
    if (stop >= end || offset === undefined) {
      this.#place(bytes, at + 1, end, 1)
      return
    }
    this.offset = offset
    this.end = stop + 1
  }

  /** `Europe/Berlin`, behind which so many brackets close. */
  #place(bytes: Buffer, at: number, end: number, brackets: number): void {
    const stop = endOfZoneName(bytes, at, end)
    const isWhole = brackets === 0 ? isBoundary(bytes, stop, end) : stop < end && bytes[stop] === 0x5d
    if (stop === at || !isWhole) return
    this.zone = this.#names.find(bytes, at, stop)
    if (this.zone !== undefined) this.end = stop + brackets
  }

  /** RFC 9557 and java.time: `+01:00[Europe/Berlin]`, `Z[UTC]`; the offset has said it all. */
  #name(bytes: Buffer, at: number, end: number): void {
    let stop = at + 1
    let slashes = 0
    for (; stop < end && stop - at < longestName && bytes[stop] !== 0x5d; stop++) {
      const byte = bytes[stop] as number
      if (byte === 0x2f) slashes++
      else if (!isLetter(byte) && byte !== 0x5f && byte !== 0x2d) return
    }
    const isName = slashes > 0 || zoneWords.find(bytes, at + 1, stop) !== undefined
    if (bytes[stop] === 0x5d && isName) this.end = stop + 1
  }

  /** JavaScript's ` (Coordinated Universal Time)`. */
  #title(bytes: Buffer, at: number, end: number): void {
    if (bytes[at] !== 0x20 || bytes[at + 1] !== 0x28) return
    const limit = Math.min(end, at + longestName)
    for (let i = at + 2; i < limit; i++) {
      const byte = bytes[i] as number
      if (byte === 0x29) {
        this.end = i + 1
        return
      }
      if (!isLetter(byte) && byte !== 0x20) return
    }
  }

  /** Go's ` +0000 UTC` and ` +0300 +03`, with the monotonic clock's ` m=+0.123` behind: time.Time's String. */
  #goName(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] as number
    const isNumber = first === 0x2b || first === 0x2d
    const stop = isNumber ? endOfDigits(bytes, at + 1, end) : endOfCapitals(bytes, at, end)
    const isName = isNumber
      ? stop - at === 3 || stop - at === 5
      : zoneWords.find(bytes, at, stop) !== undefined
    if (!isName || !isBoundary(bytes, stop, end)) return
    this.end = stop
    if (bytes[stop] !== 0x20 || bytes[stop + 1] !== 0x6d || bytes[stop + 2] !== 0x3d) return
    const whole = endOfDigits(bytes, stop + 4, end)
    this.end = bytes[whole] === 0x2e ? endOfDigits(bytes, whole + 1, end) : whole
  }
}

function signed(bytes: Buffer, at: number, hours: number, minutes: number): number {
  if (!(hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60)) return noOffset
  return (bytes[at] === 0x2d ? -1 : 1) * (hours * 60 + minutes)
}

function isWordByte(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

/** A lower case z counts as RFC 3339 has it, alone. */
function endOfCapitals(bytes: Buffer, at: number, end: number): number {
  if (bytes[at] === 0x7a) return at + 1
  let i = at
  while (i < end && isCapital(bytes[i] as number)) i++
  return i
}
