/**
 * Splits nanoseconds since 1970, 64 bits, given as two halves, into whole seconds and the rest, exactly and without BigInt.
 * Seconds are first taken from the rounded double, which is off by one at most; the low halves then tell.
 *
 * @example
 * const time = new TimeSplitter()
 * time.split(2_000_000_001, 0)
 * time.seconds // => 2
 * time.nanos // => 1
 */
export class TimeSplitter {
  seconds = 0
  nanos = 0

  split(low: number, high: number): void {
    let seconds = Math.floor((high * 0x1_0000_0000 + low) / 1e9)
    // the true rest lies within 1000 of [0, 1e9), so 32 bits tell it
    let nanos = (low - Math.imul(seconds, 1_000_000_000)) | 0
    if (nanos < 0) {
      nanos += 1_000_000_000
      seconds--
    } else if (nanos >= 1_000_000_000) {
      nanos -= 1_000_000_000
      seconds++
    }
    this.seconds = seconds
    this.nanos = nanos
  }
}
