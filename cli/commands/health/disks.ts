import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../../../lib/base/index.ts'
import { formatBytes } from '../../human.ts'
import type { Finding } from './finding.ts'

const scarceShare = 0.1
const fullShare = 0.03

export const makeRoom =
  'make room on its disk: a larger one, or millrace store delete as long as there is room for its notes; then it goes on by itself; keep less: retention.days, retention.maxBytes, retention.bytes of topics'

export interface Room {
  freeBytes: number
  totalBytes: number
  /** With less the store takes no more rows. */
  minFreeBytes?: number
}

/** Free bytes of a volume as a finding; `path` need not be there yet. */
export async function diskFinding(what: string, path: string, minFreeBytes: number): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfsOfNearest(path)
  return roomFinding(what, { freeBytes: bavail * bsize, totalBytes: blocks * bsize, minFreeBytes }, path)
}

export function roomFinding(
  what: string,
  { freeBytes, totalBytes, minFreeBytes = 0 }: Room,
  where: string,
): Finding {
  const share = totalBytes === 0 ? 0 : freeBytes / totalBytes
  const room = `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)} (${Math.round(share * 100)} %), ${where}`
  const isFull = freeBytes < minFreeBytes
  const least = `the store takes no more below ${formatBytes(minFreeBytes)} (store.minFreeBytes)`
  if (share >= scarceShare && !isFull) return { what, verdict: 'ok', detail: room }
  const detail = minFreeBytes > 0 ? `${room}: ${least}` : room
  return { what, verdict: share < fullShare || isFull ? 'wrong' : 'note', detail, remedy: makeRoom }
}

async function statfsOfNearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    return await statfsOfNearest(dirname(path))
  }
}
