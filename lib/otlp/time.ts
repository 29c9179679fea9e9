import type { WireWriter } from './wire.ts'
import { wireFixed64 } from './wire.ts'

/** A moment with nanoseconds in two exact numbers: a double alone cannot hold nanoseconds since 1970. */
export interface Nanos {
  /** Whole seconds since 1970, not negative. */
  seconds: number
  /** 0 to 999,999,999. */
  nanos: number
}

/**
 * The moment of a wall clock in milliseconds.
 *
 * @example
 * nanosOfMs(1500.25) // => { seconds: 1, nanos: 500250000 }
 */
export function nanosOfMs(ms: number): Nanos {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1_000_000) }
}

/** Writes a time field (fixed64 nanoseconds since 1970), without BigInt: this runs twice per log line. */
export function writeTime(writer: WireWriter, field: number, seconds: number, nanos: number): void {
  writer.tag(field, wireFixed64)
  writer.ensure(8)
  // seconds · 10⁹ + nanos in 64 bits, by halves that stay below 2⁵³
  // (remainders by subtraction: `%` of what is no small integer is a call)
  const spans = Math.floor(seconds / 65_536)
  const high = spans * 1_000_000_000
  const highest = Math.floor(high / 65_536)
  const low = (seconds - spans * 65_536) * 1_000_000_000 + nanos + (high - highest * 65_536) * 65_536
  const carry = Math.floor(low / 4_294_967_296)
  writer.position = putUint32(writer.bytes, low - carry * 4_294_967_296, writer.position)
  writer.position = putUint32(writer.bytes, highest + carry, writer.position)
}

/** Plain stores: Buffer's own method checks more than is needed here. */
function putUint32(bytes: Buffer, value: number, at: number): number {
  bytes[at] = value & 0xff
  bytes[at + 1] = (value >>> 8) & 0xff
  bytes[at + 2] = (value >>> 16) & 0xff
  bytes[at + 3] = value >>> 24
  return at + 4
}
