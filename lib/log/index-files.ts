import { readFile } from 'node:fs/promises'
import { closeFile, openFile, syncFile, truncateFile, writeFully } from './files.ts'
import { OffsetIndex } from './offset-index.ts'
import type { LogResources } from './resources.ts'
import { scanSegment } from './scan.ts'
import { type ClosedSegment, Segment, type SegmentIndexes } from './segment.ts'
import { TimeIndex } from './time-index.ts'

/** Writes both indexes of a segment as they stand, and makes them durable. */
export async function writeIndexes(resources: LogResources, segment: Segment): Promise<void> {
  await writeIndex(resources, segment.indexPath, segment.offsets.toBytes())
  await writeIndex(resources, segment.timeIndexPath, segment.times.toBytes())
}

async function writeIndex(resources: LogResources, path: string, bytes: Buffer): Promise<void> {
  await resources.files.use(path, async fd => {
    await writeFully(fd, bytes.length > 0 ? [bytes] : [], 0)
    await truncateFile(fd, bytes.length)
    await syncFile(fd)
  })
}

/** Undefined where a file is missing or is not an index of this log. */
export async function readIndexes(
  indexPath: string,
  timeIndexPath: string,
  logBytes: number,
): Promise<SegmentIndexes | undefined> {
  const [offsetBytes, timeBytes] = await Promise.all([readOrNothing(indexPath), readOrNothing(timeIndexPath)])
  const offsets = offsetBytes && OffsetIndex.fromBytes(offsetBytes, logBytes)
  const times = timeBytes && TimeIndex.fromBytes(timeBytes)
  return offsets && times ? { offsets, times } : undefined
}

function readOrNothing(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined)
}

/** Indexes of a closed segment: from the cache, from their files, or where those are unusable from the log itself. */
export async function loadIndexes(
  resources: LogResources,
  folder: string,
  segment: ClosedSegment,
  indexIntervalBytes: number,
): Promise<SegmentIndexes> {
  const cached = resources.indexes.get(segment.logPath)
  if (cached !== undefined) return cached
  const indexes = await readIndexes(segment.indexPath, segment.timeIndexPath, segment.sizeBytes)
  if (indexes === undefined) return await rebuildIndexes(resources, folder, segment, indexIntervalBytes)
  resources.indexes.set(segment.logPath, indexes)
  return indexes
}

/** Indexes of a closed segment told anew by its log, written down and remembered. */
export async function rebuildIndexes(
  resources: LogResources,
  folder: string,
  segment: ClosedSegment,
  indexIntervalBytes: number,
): Promise<SegmentIndexes> {
  const rebuilt = new Segment(folder, segment.baseOffset)
  await resources.files.use(segment.logPath, fd =>
    scanSegment(fd, rebuilt, indexIntervalBytes, { trust: true }),
  )
  rebuilt.noteTime()
  for (const path of [segment.indexPath, segment.timeIndexPath]) await closeFile(await openFile(path, 'a'))
  await writeIndexes(resources, rebuilt)
  resources.indexes.set(segment.logPath, rebuilt)
  return rebuilt
}
