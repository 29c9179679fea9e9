import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../../../lib/base/index.ts'
import { formatBytes } from '../../human.ts'
import type { Finding } from './finding.ts'

const scarceShare = 0.1
const fullShare = 0.03

/** Free bytes of a volume as a finding; `path` need not be there yet. */
export async function diskFinding(what: string, path: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfsOfNearest(path)
  return roomFinding(what, bavail * bsize, blocks * bsize, path)
}

export function roomFinding(what: string, freeBytes: number, totalBytes: number, where: string): Finding {
  const share = totalBytes === 0 ? 0 : freeBytes / totalBytes
  const detail = `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)} (${Math.round(share * 100)} %), ${where}`
  if (share >= scarceShare) return { what, verdict: 'ok', detail }
  const remedy = 'free some, or keep less: retention in millrace.yaml, retention.bytes of topics'
  return { what, verdict: share < fullShare ? 'wrong' : 'note', detail, remedy }
}

async function statfsOfNearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    return await statfsOfNearest(dirname(path))
  }
}
