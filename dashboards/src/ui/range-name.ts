import type { Range } from './range.ts'
import type { Times } from './times.ts'

export const presets = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-1h', 'Last hour'],
  ['now-6h', 'Last 6 hours'],
  ['now-24h', 'Last 24 hours'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
] as const

/** A range as people say it: `Last 3 hours`, or its two ends. */
export function rangeName({ start, end }: Range, times: Pick<Times, 'dateTime'>): string {
  const preset = end === 'now' ? presets.find(([from]) => from === start) : undefined
  const back = end === 'now' ? /^now-(\d+)([smhdw])$/.exec(start) : null
  const last = back === null ? undefined : lastOf(Number(back[1]), back[2] ?? '')
  return preset?.[1] ?? last ?? `${writtenTime(start, times)} to ${writtenTime(end, times)}`
}

const units: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
}

function lastOf(count: number, unit: string): string {
  return count === 1 ? `Last ${units[unit]}` : `Last ${count} ${units[unit]}s`
}

/** Milliseconds as the zone's clock shows them; all else as it is. */
export function writtenTime(time: string, times: Pick<Times, 'dateTime'>): string {
  return /^\d{12,14}$/.test(time) ? times.dateTime(Number(time)) : time
}
