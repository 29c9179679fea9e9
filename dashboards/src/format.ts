const pad = (value: number, width = 2) => String(value).padStart(width, '0')

/** Milliseconds of nanoseconds since 1970 given as text. */
export function toMs(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000_000n)
}

/** `14:03:07.123` in local time, with the date where it is another day than today. */
export function formatTime(ms: number, nowMs = Date.now()): string {
  const d = new Date(ms)
  const time = `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}.${pad(d.getMilliseconds(), 3)}`
  return new Date(nowMs).toDateString() === d.toDateString()
    ? time
    : `${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${time}`
}

/** `2026-11-23 14:03:07` in local time. */
export function formatDateTime(ms: number): string {
  const d = new Date(ms)
  const date = `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
  return `${date} ${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`
}

/** How long ago, in its largest unit. */
export function formatAge(nanoseconds: string, nowMs = Date.now()): string {
  return formatSpan(Math.max(0, nowMs - toMs(nanoseconds)))
}

/** A span of time in its largest unit: `4 s`, `12 min`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** `1.2k`, `3.4M`; small numbers as they are. */
export function formatCount(value: number): string {
  if (Math.abs(value) < 10_000) return String(Number(value.toPrecision(4)))
  const units = ['', 'k', 'M', 'G', 'T']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3))
  return `${Number((value / 1000 ** power).toPrecision(3))}${units[power]}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return `${formatCount(bytes)
    .replace(/(\d)$/, '$1 ')
    .replace(/([kMGT])$/, ' $1')}B`
}
