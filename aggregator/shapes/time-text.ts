import { TimeSplitter } from '../../lib/otlp/index.ts'

/** `2026-11-01 00:00:00.011000000`: as ClickHouse's `toString(Timestamp, 'UTC')` writes a DateTime64(9). */
export const timeTextBytes = 29

const secondsPerDay = 86_400
const zero = 0x30

/** Writes times as text, without a string per row: the day is worked out only when it changes. */
export class TimeText {
  readonly bytes = Buffer.from('1970-01-01 00:00:00.000000000')
  readonly #split = new TimeSplitter()
  #day = 0

  /** A time of UnixNanos in two halves. */
  set(low: number, high: number): void {
    const { bytes } = this
    this.#split.split(low, high)
    const { seconds, nanos } = this.#split
    const day = Math.floor(seconds / secondsPerDay)
    if (day !== this.#day) {
      this.#day = day
      bytes.write(new Date(day * secondsPerDay * 1000).toISOString().slice(0, 10), 0, 'latin1')
    }
    const second = seconds - day * secondsPerDay
    digits(bytes, 11, 2, Math.floor(second / 3600))
    digits(bytes, 14, 2, Math.floor(second / 60) % 60)
    digits(bytes, 17, 2, second % 60)
    digits(bytes, 20, 9, nanos)
  }
}

function digits(bytes: Buffer, at: number, count: number, value: number): void {
  let rest = value
  for (let i = at + count - 1; i >= at; i--) {
    const next = Math.floor(rest / 10)
    bytes[i] = zero + rest - next * 10
    rest = next
  }
}
