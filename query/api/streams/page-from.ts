import { OperatingError } from '../../../lib/base/index.ts'
import type { Offsets, StartAt } from '../../../lib/kafka/admin/index.ts'
import { parseTime } from '../../time.ts'

export type PageFrom = Exclude<StartAt, 'latest'>

/** An address holds no more. */
export const maxFromLength = 12_000

/**
 * Where a page of records begins, as a request says it: `latest`, `earliest`, `offset:N`, a time, or what an answer gave for
 * the pages beside it: `next:0-12,1-40`, `before:0-12,1-40` (partition and offset). `last`: so many of each partition are
 * looked at before a place. Errors: PARAMETER_INVALID.
 */
export function pageFrom(text: string, last: number, nowMs: number): PageFrom {
  if (text === 'earliest') return 'earliest'
  if (text === 'latest') return { last }
  const [, kind, places = ''] = /^(offset|next|before):([\d,-]+)$/.exec(text) ?? []
  if (kind === 'offset' && /^\d{1,15}$/.test(places)) return { offset: Number(places) }
  const offsets = kind === undefined ? undefined : offsetsOf(places)
  if (kind === 'next' && offsets !== undefined) return { offsets }
  if (kind === 'before' && offsets !== undefined) return { last, before: offsets }
  return { timestampMs: timeOf(text, nowMs) }
}

function offsetsOf(text: string): Offsets | undefined {
  const pairs = text.split(',').map(pair => /^(\d{1,9})-(\d{1,15})$/.exec(pair))
  if (pairs.some(pair => pair === null)) return undefined
  return Object.fromEntries(pairs.map(pair => [Number(pair?.[1]), Number(pair?.[2])]))
}

function timeOf(text: string, nowMs: number): number {
  try {
    return Number(parseTime(text, nowMs) / 1_000_000n)
  } catch (cause) {
    throw new OperatingError(
      'PARAMETER_INVALID',
      `found '${text}', expected latest, earliest, offset:120, now-10m, or a time as in 2026-01-31T12:00:00Z`,
      { cause },
    )
  }
}

/** The other way round; null where there is no such page, or of too many partitions to say it: then one is to be chosen. */
export function writtenFrom(kind: 'next' | 'before', offsets: Offsets | undefined): string | null {
  if (offsets === undefined) return null
  const text = `${kind}:${Object.entries(offsets)
    .map(([partition, offset]) => `${partition}-${offset}`)
    .join(',')}`
  return text.length > maxFromLength ? null : text
}
