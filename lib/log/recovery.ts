import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../base/index.ts'
import { batchHeaderBytes } from '../kafka/index.ts'
import { type Checkpoint, readCheckpoint } from './checkpoint.ts'
import {
  baseOffsetOf,
  deletedSuffix,
  indexSuffix,
  logSuffix,
  temporarySuffix,
  timeIndexSuffix,
  txnIndexSuffix,
} from './filenames.ts'
import { closeFile, openFile, readFully, syncFile, syncFolder, truncateFile } from './files.ts'
import { finishSwaps } from './finish-swaps.ts'
import { loadIndexes, readIndexes, writeIndexes } from './index-files.ts'
import type { LogResources } from './resources.ts'
import { scanSegment } from './scan.ts'
import { type ClosedSegment, closed, Segment } from './segment.ts'
import { timeEntryBytes } from './time-index.ts'

/** Of a batch's largest timestamp in its header. */
const maxTimestampAt = 35

export interface Recovered {
  closed: ClosedSegment[]
  active: Segment
  startOffset: number
  /** Bytes that were cut off because no whole, sound batch began there. */
  cutBytes: number
  /** The checkpoint on disk says exactly this already. */
  isVouchedFor: boolean
}

export interface RecoveryContext {
  folder: string
  indexIntervalBytes: number
  resources: LogResources
  logger: Logger | undefined
}

/**
 * Brings the folder back to a sound state. What the checkpoint vouches for is taken as it is; every batch beyond is
 * read and checked, the first torn or damaged one ends the log, and indexes are made anew from there.
 */
export async function recover(context: RecoveryContext): Promise<Recovered> {
  const { folder } = context
  await finishSwaps(folder)
  const bases = await listSegments(folder)
  const checkpoint = await readCheckpoint(folder)
  const [first] = bases
  if (first === undefined) {
    const baseOffset = checkpoint?.startOffset ?? 0
    return {
      closed: [],
      active: await createSegment(folder, context.resources, baseOffset),
      startOffset: baseOffset,
      cutBytes: 0,
      isVouchedFor: false,
    }
  }
  const { kept, active, cutBytes } = await openSegments(context, bases, checkpoint)
  const startOffset = Math.max(first, Math.min(checkpoint?.startOffset ?? first, active.nextOffset))
  const isVouchedFor =
    checkpoint?.segment === active.baseOffset &&
    checkpoint.position === active.sizeBytes &&
    checkpoint.startOffset === startOffset &&
    cutBytes === 0
  return { closed: kept, active, startOffset, cutBytes, isVouchedFor }
}

/** Base offsets in order, after what a crash left half done has been removed. */
async function listSegments(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  const bases = new Set<number>()
  for (const name of names) {
    const base = baseOffsetOf(name, logSuffix)
    if (base !== undefined) bases.add(base)
    if (name.endsWith(deletedSuffix) || name.endsWith(temporarySuffix))
      await rm(join(folder, name), { force: true })
  }
  for (const name of names) {
    const base =
      baseOffsetOf(name, indexSuffix) ??
      baseOffsetOf(name, timeIndexSuffix) ??
      baseOffsetOf(name, txnIndexSuffix)
    if (base !== undefined && !bases.has(base)) await rm(join(folder, name), { force: true })
  }
  return [...bases].sort((a, b) => a - b)
}

async function openSegments(
  context: RecoveryContext,
  bases: number[],
  checkpoint: Checkpoint | undefined,
): Promise<{ kept: ClosedSegment[]; active: Segment; cutBytes: number }> {
  const kept: ClosedSegment[] = []
  let cutBytes = 0
  for (let i = 0; i < bases.length; i++) {
    const base = bases[i] as number
    const next = bases[i + 1]
    const isVouchedFor = checkpoint !== undefined && base < checkpoint.segment && next !== undefined
    if (isVouchedFor) {
      kept.push(await openClosed(context, base, next))
      continue
    }
    const { segment, cut } = await checkSegment(context, base, checkpoint)
    cutBytes += cut
    if (next !== undefined && cut === 0) {
      segment.noteTime()
      await writeIndexes(context.resources, segment)
      kept.push(closed(segment))
      continue
    }
    cutBytes += await removeSegments(context, bases.slice(i + 1))
    return { kept, active: segment, cutBytes }
  }
  throw new Error('unreachable: the last segment always becomes the active one')
}

async function openClosed(context: RecoveryContext, base: number, next: number): Promise<ClosedSegment> {
  const segment = new Segment(context.folder, base)
  const { size, mtimeMs } = await stat(segment.logPath)
  segment.sizeBytes = size
  segment.lastModifiedMs = mtimeMs
  segment.nextOffset = next
  segment.maxTimestampMs = (await lastTimestamp(segment.timeIndexPath)) ?? -1
  const known = closed(segment)
  if (segment.maxTimestampMs >= 0 || segment.sizeBytes === 0) return known
  const { times } = await loadIndexes(context.resources, context.folder, known, context.indexIntervalBytes)
  return { ...known, maxTimestampMs: times.last?.timestampMs ?? -1 }
}

async function lastTimestamp(path: string): Promise<number | undefined> {
  const size = await stat(path).then(
    s => s.size,
    () => 0,
  )
  if (size < timeEntryBytes || size % timeEntryBytes !== 0) return undefined
  const fd = await openFile(path, 'r')
  try {
    const entry = Buffer.alloc(timeEntryBytes)
    await readFully(fd, entry, size - timeEntryBytes)
    return Number(entry.readBigInt64BE(0))
  } finally {
    await closeFile(fd)
  }
}

async function checkSegment(
  context: RecoveryContext,
  base: number,
  checkpoint: Checkpoint | undefined,
): Promise<{ segment: Segment; cut: number }> {
  const probe = new Segment(context.folder, base)
  const { size, mtimeMs } = await stat(probe.logPath)
  const segment = await startingPoint(context, base, size, checkpoint)
  const fd = await openFile(segment.logPath, 'r+')
  try {
    await scanSegment(fd, segment, context.indexIntervalBytes)
    segment.lastModifiedMs = mtimeMs
    segment.firstTimestampMs = await firstTimestamp(fd, segment.sizeBytes)
    const cut = size - segment.sizeBytes
    if (cut > 0) await truncateFile(fd, segment.sizeBytes)
    // what was written before the crash may still be in memory only; it is about to be shown to readers
    await syncFile(fd)
    if (cut > 0)
      context.logger?.warn('torn end of a log cut off', {
        file: segment.logPath,
        bytes: cut,
        at: segment.nextOffset,
      })
    for (const path of [segment.indexPath, segment.timeIndexPath]) await closeFile(await openFile(path, 'a'))
    return { segment, cut }
  } finally {
    await closeFile(fd)
  }
}

async function firstTimestamp(fd: number, sizeBytes: number): Promise<number> {
  const header = Buffer.alloc(batchHeaderBytes)
  if (sizeBytes < batchHeaderBytes) return -1
  await readFully(fd, header, 0)
  // the header alone: a cursor would want the whole batch
  return Number(header.readBigInt64BE(maxTimestampAt))
}

/** The segment as far as the checkpoint vouches for it, or empty where it does not. */
async function startingPoint(
  context: RecoveryContext,
  base: number,
  sizeBytes: number,
  checkpoint: Checkpoint | undefined,
): Promise<Segment> {
  const empty = new Segment(context.folder, base)
  if (checkpoint?.segment !== base || checkpoint.position > sizeBytes) return empty
  const indexes = await readIndexes(empty.indexPath, empty.timeIndexPath, Number.POSITIVE_INFINITY)
  if (indexes === undefined) return empty
  indexes.offsets.truncate(checkpoint.position)
  indexes.times.truncate(checkpoint.nextOffset - base)
  const segment = new Segment(context.folder, base, indexes)
  segment.sizeBytes = checkpoint.position
  segment.nextOffset = checkpoint.nextOffset
  segment.maxTimestampMs = checkpoint.maxTimestampMs
  segment.offsetOfMaxTimestamp = checkpoint.offsetOfMaxTimestamp
  return segment
}

async function removeSegments(context: RecoveryContext, bases: number[]): Promise<number> {
  let bytes = 0
  for (const base of bases) {
    const { logPath, paths } = new Segment(context.folder, base)
    bytes += (await stat(logPath)).size
    for (const path of paths) await rm(path, { force: true })
  }
  if (bases.length > 0) await syncFolder(context.folder)
  return bytes
}

/** Makes the files of a new segment; their names are durable when it resolves. */
export async function createSegment(
  folder: string,
  { files }: LogResources,
  baseOffset: number,
): Promise<Segment> {
  const segment = new Segment(folder, baseOffset)
  // one of the same name may still be open: of a topic that has been deleted since
  for (const path of segment.paths) await files.forget(path)
  for (const path of [segment.indexPath, segment.timeIndexPath, segment.logPath])
    await closeFile(await openFile(path, 'w'))
  await syncFolder(folder)
  return segment
}
