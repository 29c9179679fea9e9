import { plainCount } from '../human.ts'

/** Records of agents that are in the topic and not yet in the store: nothing is known of their rows. */
export interface Pending {
  records: number
  lines: number
  /** When the oldest and the newest of them were made; undefined where there is none. */
  oldestMs: number | undefined
  newestMs: number | undefined
}

export function nothingPending(): Pending {
  return { records: 0, lines: 0, oldestMs: undefined, newestMs: undefined }
}

export function addPending(pending: Pending, lines: number, timestampMs: number): void {
  pending.records++
  pending.lines += lines
  pending.oldestMs = Math.min(pending.oldestMs ?? timestampMs, timestampMs)
  pending.newestMs = Math.max(pending.newestMs ?? timestampMs, timestampMs)
}

/** `2 records with 4 lines, of 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:01.000Z, are not aggregated yet`. */
export function pendingText({ records, lines, oldestMs, newestMs }: Pending): string {
  const [oldest, newest] = [oldestMs, newestMs].map(ms => new Date(ms ?? 0).toISOString())
  return `${plainCount(records, 'record')} with ${plainCount(lines, 'line')}, of ${oldest} to ${newest}, ${records === 1 ? 'is' : 'are'} not aggregated yet`
}
