import { OperatingError } from '../lib/base/index.ts'
import { parseDurationSeconds } from '../lib/logql/index.ts'

const nsPerMs = 1_000_000n
const nsPerSecond = 1_000_000_000n
const maxNs = 2n ** 63n - 1n

/**
 * A moment as users write it, in nanoseconds since 1970: RFC 3339 (without a zone UTC, seconds may be left out), Unix seconds, ms, µs or ns (told apart by size), `now`,
 * `now-15m`. Errors: TIME_INVALID.
 *
 * @example
 * parseTime('1763862000', 0) // => 1763862000000000000n
 * parseTime('now-1m', 60_000) // => 0n
 */
export function parseTime(text: string, nowMs: number): bigint {
  const ns = relative(text, nowMs) ?? unix(text) ?? rfc3339(text)
  if (ns !== undefined && ns >= 0n && ns <= maxNs) return ns
  const expected = 'RFC 3339 (2026-01-31T12:00:00Z), Unix seconds, ms, µs or ns, now, or now-15m'
  throw new OperatingError('TIME_INVALID', `found '${text}', expected ${expected}`)
}

function relative(text: string, nowMs: number): bigint | undefined {
  const found = /^now(?:([+-])(.+))?$/.exec(text.trim())
  if (found === null) return undefined
  const seconds = found[2] === undefined ? 0 : parseDurationSeconds(found[2])
  if (seconds === undefined) return undefined
  return BigInt(nowMs) * nsPerMs + BigInt(Math.round(seconds * 1e9)) * (found[1] === '-' ? -1n : 1n)
}

/** Up to 11 digits are seconds, up to 14 ms, up to 17 µs, more ns; a dot makes it seconds with a fraction. */
function unix(text: string): bigint | undefined {
  const fraction = /^(\d{1,11})\.(\d{1,9})\d*$/.exec(text)
  if (fraction !== null)
    return BigInt(fraction[1] as string) * nsPerSecond + BigInt((fraction[2] as string).padEnd(9, '0'))
  if (!/^\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text)
  if (text.length <= 11) return value * nsPerSecond
  if (text.length <= 14) return value * nsPerMs
  return text.length <= 17 ? value * 1000n : value
}

function rfc3339(text: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text)
  if (found === null) return undefined
  const ms = Date.parse(`${found[1]}T${found[2] ?? '00:00:00'}${(found[4] ?? 'Z').toUpperCase()}`)
  if (Number.isNaN(ms)) return undefined
  return BigInt(ms) * nsPerMs + BigInt((found[3] ?? '').padEnd(9, '0').slice(0, 9))
}

/** `30s`, `5m`, or a plain number of seconds, in milliseconds. Errors: TIME_INVALID. */
export function parseStepMs(text: string): number {
  const seconds = parseDurationSeconds(text) ?? (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined)
  if (seconds === undefined || seconds <= 0)
    throw new OperatingError('TIME_INVALID', `found step '${text}', expected a duration as in 30s or 5m`)
  return Math.round(seconds * 1000)
}

/** A step that gives about `target` buckets over a range, out of those that people read easily. */
export function niceStepMs(rangeMs: number, target = 60): number {
  const steps = [
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
  ]
  const wanted = rangeMs / target / 1000
  return (steps.find(step => step >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400) * 1000
}
