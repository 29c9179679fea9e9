import { readings, type Unit, unitOf } from './pipeline/quantity.ts'

const nanosecondsPerSecond = 1e9
const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

/**
 * What a label is compared with, as Loki writes it again, by its unit; a size that would be rounded stays as it was. Source: Loki pkg/logql/log, label_filter.go; Go,
 * time.Duration.String and strconv.FormatFloat; go-humanize, Bytes.
 *
 * @example
 * quantityText('90s', 90) // => '1m30s'
 * quantityText('5MB', 5e6) // => '5.0MB'
 */
export function quantityText(written: string, value: number): string {
  const unit = unitOf(written)
  const text = texts[unit](value)
  return unit === 'bytes' && readings.bytes.read(text) !== value ? written : text
}

const texts: Readonly<Record<Unit, (value: number) => string>> = {
  number: decimalText,
  duration: seconds => durationText(seconds),
  bytes: bytesText,
}

/**
 * A number without an exponent.
 *
 * @example
 * decimalText(1e-7) // => '0.0000001'
 */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) return infiniteText(value)
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value))
  if (found === null) return String(value)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  const shift = Number(exponent)
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`
}

function infiniteText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? '+Inf' : '-Inf'
}

/** As Go has it, `1m30s`, `250ms`, `24h0m0s`: below a second in the largest unit that gives one or more. */
export function durationText(seconds: number): string {
  const sign = seconds < 0 ? '-' : ''
  const ns = Math.round(Math.abs(seconds) * nanosecondsPerSecond)
  if (ns === 0) return '0s'
  if (ns < 1e3) return `${sign}${ns}ns`
  if (ns < 1e6) return `${sign}${ns / 1e3}µs`
  if (ns < 1e9) return `${sign}${ns / 1e6}ms`
  const minutes = Math.floor(ns / 60e9)
  const rest = (ns - minutes * 60e9) / nanosecondsPerSecond
  if (minutes === 0) return `${sign}${rest}s`
  const hours = Math.floor(minutes / 60)
  return `${sign}${hours === 0 ? '' : `${hours}h`}${minutes % 60}m${rest}s`
}

/** With one digit behind the point below ten of a unit. */
function bytesText(bytes: number): string {
  if (bytes < 10) return `${bytes}B`
  const step = Math.min(Math.floor(Math.log(bytes) / Math.log(1000)), sizes.length - 1)
  const value = Math.floor((bytes / 1000 ** step) * 10 + 0.5) / 10
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}${sizes[step]}`
}
