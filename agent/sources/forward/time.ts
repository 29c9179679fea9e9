import { type Nanos, nanosOfMs } from '../../../lib/otlp/index.ts'
import { invalid } from './frames.ts'

/** The time of reading is taken. */
export const noTime: Nanos = { seconds: -1, nanos: 0 }

const mostSeconds = 2 ** 34
const longestTime = 40
const beginsAsTime = /^\d{4}-\d\d-\d\d/
/** Of milliseconds, microseconds and nanoseconds, so many are in a second. */
const units = [1e3, 1e6, 1e9] as const

/** EventTime: seconds and nanoseconds, big endian. */
export function eventTime(bytes: Uint8Array): Nanos {
  if (bytes.length !== 8) throw invalid('an EventTime has 8 bytes')
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, 8)
  return { seconds: view.readUInt32BE(0), nanos: view.readUInt32BE(4) % 1_000_000_000 }
}

/**
 * EventTime, or a number of seconds; senders that are told so write milliseconds, and nil, 0 or less where they know none.
 * Undefined for anything else.
 */
export function timeOf(value: unknown): Nanos | undefined {
  if (value === null) return noTime
  if (typeof value === 'object' && 'nanos' in value) return value as Nanos
  if (typeof value === 'bigint') return ofInteger(value)
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined
  if (value <= 0) return noTime
  if (value >= mostSeconds) return Number.isFinite(value) ? ofInteger(BigInt(Math.round(value))) : undefined
  const whole = Math.floor(value)
  return { seconds: whole, nanos: Math.floor((value - whole) * 1_000_000_000) }
}

/** A time as text, where packed entries would stand. */
export function writtenTimeOf(bytes: Buffer): Nanos | undefined {
  const text = bytes.length > longestTime ? '' : bytes.toString('latin1')
  const ms = beginsAsTime.test(text) ? Date.parse(text) : Number.NaN
  return ms > 0 ? nanosOfMs(ms) : undefined
}

function ofInteger(value: bigint): Nanos | undefined {
  if (value <= 0n) return noTime
  for (const unit of [1, ...units]) {
    const perSecond = BigInt(unit)
    if (value / perSecond >= BigInt(mostSeconds)) continue
    return { seconds: Number(value / perSecond), nanos: Number(value % perSecond) * (1e9 / unit) }
  }
  return undefined
}
