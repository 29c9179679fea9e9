/** Milliseconds of nanoseconds since 1970 given as text. */
export function toMs(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000_000n)
}

/** How long ago, in its largest unit. */
export function formatAge(nanoseconds: string, nowMs = Date.now()): string {
  return formatSpan(Math.max(0, nowMs - toMs(nanoseconds)))
}

/** How many of what: `1 line`, `1,234 lines`. */
export function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
}

/** A span of time in its largest unit: `4 s`, `12 min`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** A duration to three digits: `350 µs`, `12.4 ms`, `1.2 s`, `3 min 20 s`. */
export function formatDuration(ns: number): string {
  if (ns < 1_000) return `${ns} ns`
  if (ns < 1e6) return `${threeDigits(ns / 1e3)} µs`
  if (ns < 1e9) return `${threeDigits(ns / 1e6)} ms`
  if (ns < 120e9) return `${threeDigits(ns / 1e9)} s`
  const seconds = Math.round(ns / 1e9)
  return seconds < 7200
    ? `${Math.floor(seconds / 60)} min${more(seconds % 60, 's')}`
    : `${Math.floor(seconds / 3600)} h${more(Math.floor((seconds % 3600) / 60), 'min')}`
}

const more = (count: number, unit: string) => (count === 0 ? '' : ` ${count} ${unit}`)

/** `1.2k`, `3.4M`; small numbers as they are. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value)
  if (Math.abs(value) < 10_000)
    return String(Math.abs(value) < 1_000 ? threeDigits(value) : Math.round(value))
  const units = ['', 'k', 'M', 'G', 'T']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3))
  return `${threeDigits(value / 1000 ** power)}${units[power]}`
}

/** `512 B`, `1.2 kB`, `3.4 GB`; powers of 1000. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || Math.abs(bytes) < 1000) return `${Number(bytes.toPrecision(3))} B`
  const units = ['', 'k', 'M', 'G', 'T', 'P']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.abs(bytes)) / 3))
  return `${threeDigits(bytes / 1000 ** power)} ${units[power]}B`
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3))
}
