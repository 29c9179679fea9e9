import { createHash } from 'node:crypto'
import type { RuleGroup } from './file.ts'

/** What is known of the data at a moment: see query/completeness. */
export interface DataState {
  completeToMs: number | null
  missingHosts: readonly string[]
}

export type Due =
  | { kind: 'evaluate'; atMs: number; missed: number }
  | { kind: 'early'; nextMs: number }
  | { kind: 'waiting'; atMs: number; why: string }

/** Where nothing can be said of the data for so long, a rule is evaluated all the same, and says so. */
export const maxWaitMs = 600_000

/**
 * Whether a group is due. Its moments are whole multiples of its interval, shifted by a hash of its name so that not all groups
 * ask at once (Prometheus, rules/group.go). A moment is evaluated when the answer to it is complete: a gap in the data is no
 * alert, and no end of one. Moments that were missed are not caught up, which is counted. Pure.
 */
export function dueOf(
  group: Pick<RuleGroup, 'name' | 'file' | 'interval' | 'query_offset'>,
  lastMs: number | undefined,
  nowMs: number,
  data: DataState,
): Due {
  const shiftMs = shiftOf(group)
  const atMs = Math.floor((nowMs - shiftMs) / group.interval) * group.interval + shiftMs
  if (lastMs !== undefined && atMs <= lastMs) return { kind: 'early', nextMs: lastMs + group.interval }
  const neededMs = atMs - group.query_offset
  // where no agent says to when the data are complete there is nothing to wait for
  const isComplete = data.completeToMs === null || data.completeToMs >= neededMs
  const moment = isComplete ? atMs : completeMoment(group, shiftMs, lastMs, data)
  if (moment !== undefined)
    return { kind: 'evaluate', atMs: moment, missed: missedBetween(group, lastMs, moment) }
  const waitedMs = nowMs - (lastMs ?? nowMs) - group.interval
  if (waitedMs > maxWaitMs) return { kind: 'evaluate', atMs, missed: missedBetween(group, lastMs, atMs) }
  return { kind: 'waiting', atMs, why: describeWait(neededMs, data) }
}

/** The newest moment for which the data are complete, where it was not evaluated yet. */
function completeMoment(
  { interval, query_offset }: Pick<RuleGroup, 'interval' | 'query_offset'>,
  shiftMs: number,
  lastMs: number | undefined,
  { completeToMs }: DataState,
): number | undefined {
  if (completeToMs === null || lastMs === undefined) return undefined
  const newest = Math.floor((completeToMs + query_offset - shiftMs) / interval) * interval + shiftMs
  return newest > lastMs ? newest : undefined
}

function missedBetween(
  { interval }: Pick<RuleGroup, 'interval'>,
  lastMs: number | undefined,
  atMs: number,
): number {
  return lastMs === undefined ? 0 : Math.max(0, Math.round((atMs - lastMs) / interval) - 1)
}

function describeWait(neededMs: number, { completeToMs, missingHosts }: DataState): string {
  const here = completeToMs === null ? 'none has' : `all has up to ${new Date(completeToMs).toISOString()}`
  const silent = missingHosts.slice(0, 5).join(', ')
  const missing = silent === '' ? '' : `; nothing is heard of ${silent}: see whether the agent runs there`
  return `waits until all that was written up to ${new Date(neededMs).toISOString()} has come in, so far ${here}${missing}`
}

function shiftOf({ name, file, interval }: Pick<RuleGroup, 'name' | 'file' | 'interval'>): number {
  const hash = createHash('sha256').update(`${file};${name}`).digest().readUInt32LE()
  return hash % interval
}
