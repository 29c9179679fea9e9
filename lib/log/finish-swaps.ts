import { readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { baseOffsetOf, cleanedSuffix, logSuffix, swapSuffix } from './filenames.ts'
import { closeFile, openFile, syncFolder } from './files.ts'
import { scanSegment } from './scan.ts'
import { Segment } from './segment.ts'

/**
 * Finishes what compaction began before a crash: a log file that ends in `.swap` is whole and takes the place of the
 * segments whose offsets it spans. What ends in `.cleaned`, or in `.swap` without such a log file, counts for nothing.
 */
export async function finishSwaps(folder: string): Promise<void> {
  const names = await readdir(folder)
  for (const name of names) if (name.endsWith(cleanedSuffix)) await rm(join(folder, name), { force: true })
  const swaps = names.filter(name => name.endsWith(swapSuffix))
  const finished = new Set<number>()
  for (const name of swaps) {
    const base = baseOffsetOf(name.slice(0, -swapSuffix.length), logSuffix)
    if (base === undefined) continue
    await finish(folder, base, names)
    finished.add(base)
  }
  for (const name of swaps) await rm(join(folder, name), { force: true })
  if (finished.size > 0) await syncFolder(folder)
}

async function finish(folder: string, base: number, names: readonly string[]): Promise<void> {
  const segment = new Segment(folder, base)
  const end = Math.max(await endOf(segment), base + 1)
  for (const name of names) {
    const other = baseOffsetOf(name, logSuffix)
    if (other === undefined || other < base || other >= end) continue
    for (const path of new Segment(folder, other).paths) await rm(path, { force: true })
  }
  for (const path of segment.paths)
    if (names.includes(basename(path) + swapSuffix)) await rename(path + swapSuffix, path)
}

async function endOf(segment: Segment): Promise<number> {
  const fd = await openFile(segment.logPath + swapSuffix, 'r')
  try {
    const swapped = new Segment('', segment.baseOffset)
    await scanSegment(fd, swapped, Number.MAX_SAFE_INTEGER, { trust: true })
    return swapped.nextOffset
  } finally {
    await closeFile(fd)
  }
}
