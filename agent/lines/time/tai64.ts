import { hexValue } from '../../records/bytes.ts'

/** Seconds of TAI64 that 1970 began at, as daemontools and all that follow it count them: without leap seconds. */
const labelOf1970 = 2n ** 62n + 10n
const secondsDigits = 16
const allDigits = 24

/** Reads TAI64N, `@40000000` and 16 more digits: what multilog, qmail and svlogd put before a line. */
export class Tai64Reader {
  seconds = 0
  nanos = 0
  end = 0

  read(bytes: Buffer, start: number, end: number): boolean {
    const stop = start + 1 + allDigits
    if (bytes[start] !== 0x40 || bytes[start + 1] !== 0x34 || stop > end) return false
    for (let at = start + 1; at < stop; at++) if (hexValue(bytes[at]) < 0) return false
    if (stop < end && hexValue(bytes[stop]) >= 0) return false
    const label = BigInt(`0x${bytes.toString('latin1', start + 1, start + 1 + secondsDigits)}`)
    this.seconds = Number(label - labelOf1970)
    this.nanos = Number(`0x${bytes.toString('latin1', start + 1 + secondsDigits, stop)}`)
    this.end = stop
    return this.seconds >= 0 && this.nanos < 1e9
  }
}
