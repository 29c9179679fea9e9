import { WordTable } from '../word-table.ts'
import { isLetter } from './digits.ts'
import { namedZone } from './named-zone.ts'
import type { Zone } from './zone.ts'

/** So many are known at a time: a host's software is in one or two. */
const mostZones = 16
const longestName = 40

/** What the names of the IANA time zone database begin with. */
const areas = new WordTable<true>(
  [
    'Africa',
    'America',
    'Antarctica',
    'Arctic',
    'Asia',
    'Atlantic',
    'Australia',
    'Etc',
    'Europe',
    'Indian',
    'Pacific',
    'US',
  ].map(area => [area, true] as const),
)

/** Zones that lines name: PHP's `28-Nov-2026 12:00:00 Europe/Berlin`, java.time's `2026-11-28T12:00:00[Asia/Tokyo]`. */
export class ZoneNames {
  readonly #known = new Map<string, Zone | undefined>()

  /** Undefined where the range is not the name of a zone. */
  find(bytes: Buffer, start: number, end: number): Zone | undefined {
    const name = bytes.toString('latin1', start, end)
    if (this.#known.has(name)) return this.#known.get(name)
    if (this.#known.size >= mostZones) this.#known.clear()
    const zone = namedZone(name)
    this.#known.set(name, zone)
    return zone
  }
}

/** Where the name of a zone that begins at `at` ends; `at` where none does. */
export function endOfZoneName(bytes: Buffer, at: number, end: number): number {
  let slash = at
  while (slash < end && isLetter(bytes[slash] as number)) slash++
  if (slash >= end || bytes[slash] !== 0x2f || areas.find(bytes, at, slash) === undefined) return at
  const limit = Math.min(end, at + longestName)
  let stop = slash + 1
  while (stop < limit && isNameByte(bytes[stop] as number)) stop++
  return stop
}

/** Letters, digits and `_ - + /`. */
function isNameByte(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x2f && byte <= 0x39) || byte === 0x5f || byte === 0x2d || byte === 0x2b
}
