import { formatBytes, formatDuration } from '../ui/format.ts'

/** Kafka writes "never" as the greatest 64-bit number. */
const never = '9223372036854775807'

/** What a number of a topic's configuration comes to, by the unit in its name: 7 days, 1 GB, no limit; '' for all others. */
export function meaningOf(name: string, value: string): string {
  if (!/^-?\d+$/.test(value)) return ''
  const inUnit = { ms: formatMs, bytes: formatBytes }[/\.(ms|bytes)$/.exec(name)?.[1] ?? '']
  if (value === never) return 'no limit'
  if (inUnit === undefined) return ''
  return value.startsWith('-') ? (name.startsWith('retention.') ? 'no limit' : '') : inUnit(Number(value))
}

const dayMs = 86_400_000

function formatMs(ms: number): string {
  return ms >= 2 * dayMs ? `${Number((ms / dayMs).toPrecision(3))} days` : formatDuration(ms * 1e6)
}
