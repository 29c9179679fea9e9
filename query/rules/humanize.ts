const metric = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const small = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

/**
 * A number in four digits, with a metric prefix. Source: Prometheus, template reference.
 *
 * @example
 * humanize(1234567) // => '1.235M'
 * humanize(0.00123) // => '1.23m'
 */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return shortNumber(value)
  const size = Math.abs(value)
  const list = size >= 1 ? metric : small
  let scaled = value
  let at = 0
  while (at < list.length - 1 && (size >= 1 ? Math.abs(scaled) >= 1000 : Math.abs(scaled) < 1)) {
    scaled = size >= 1 ? scaled / 1000 : scaled * 1000
    at++
  }
  return shortNumber(scaled) + list[at]
}

/**
 * @example
 * humanize1024(1536) // => '1.5ki'
 */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return shortNumber(value)
  let scaled = value
  let at = 0
  while (at < binary.length - 1 && Math.abs(scaled) >= 1024) {
    scaled /= 1024
    at++
  }
  return shortNumber(scaled) + (at === 1 ? 'ki' : binary[at])
}

/**
 * Seconds in days, hours, minutes and seconds, or with a prefix below one.
 *
 * @example
 * humanizeDuration(3725) // => '1h 2m 5s'
 */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return shortNumber(value)
  const sign = value < 0 ? '-' : ''
  const size = Math.abs(value)
  if (size === 0) return '0s'
  if (size < 1) return `${humanize(value)}s`
  const seconds = Math.trunc(size)
  const [days, hours, minutes] = [
    Math.trunc(seconds / 86_400),
    Math.trunc(seconds / 3600) % 24,
    Math.trunc(seconds / 60) % 60,
  ]
  const rest = seconds % 60
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${rest}s`
  if (minutes > 0) return `${sign}${minutes}m ${rest}s`
  return `${sign}${shortNumber(size)}s`
}

/** Unix seconds as a date in UTC. */
export function humanizeTimestamp(value: number): string {
  if (!Number.isFinite(value)) return shortNumber(value)
  const date = new Date(value * 1000)
  return `${date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.\d*?)0*Z$/, '$1')
    .replace(/\.$/, '')} +0000 UTC`
}

/** %.4g. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(4)))))
  const rounded = Number(value.toPrecision(4))
  if (exponent < -4 || exponent >= 4) return rounded.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  return String(rounded)
}
