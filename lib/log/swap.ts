import { rename } from 'node:fs/promises'
import { codeOf } from '../base/index.ts'
import type { CleanedSegment } from './compaction/write.ts'
import { cleanedSuffix, swapSuffix } from './filenames.ts'
import { syncFolder } from './files.ts'
import { removeFiles } from './remove.ts'
import { type ClosedSegment, closed } from './segment.ts'
import type { LogState } from './state.ts'

/**
 * Puts a compacted segment in the place of those it was made from; to be called by the appender's leave alone. The log
 * file's name decides: once it ends in `.swap`, recovery finishes what is begun here; before, it drops it. Readers wait.
 * False where one of the old segments has been deleted or cut meanwhile.
 *
 * A failure half-way leaves names that only recovery brings back in order: until then reads of these segments fail.
 */
export async function swapIn(
  state: LogState,
  cleaned: CleanedSegment,
  olds: readonly ClosedSegment[],
): Promise<boolean> {
  const at = state.closed.indexOf(olds[0] as ClosedSegment)
  if (at < 0 || !olds.every((old, i) => state.closed[at + i] === old)) return false
  const { segment } = cleaned
  await renameAll(segment.paths, cleanedSuffix, swapSuffix)
  await syncFolder(state.options.folder)
  const { promise, resolve } = Promise.withResolvers<void>()
  state.generation++
  state.swapping = promise
  try {
    await removeFiles(state, olds)
    await renameAll(segment.paths, swapSuffix, '')
    await syncFolder(state.options.folder)
    const { nextOffset, lastModifiedMs } = olds.at(-1) as ClosedSegment
    state.closed = state.closed.toSpliced(at, olds.length, {
      ...closed(segment),
      nextOffset,
      lastModifiedMs,
    })
    state.resources.indexes.set(segment.logPath, segment)
  } finally {
    // once more: who looked at the files meanwhile has seen neither the old nor the new ones
    state.generation++
    state.swapping = undefined
    resolve()
  }
  return true
}

/** The log file last, as `paths` have it. */
async function renameAll(paths: readonly string[], from: string, to: string): Promise<void> {
  for (const path of paths)
    await rename(path + from, path + to).catch(error => {
      // only a segment with aborted transactions has a file of them
      if (codeOf(error) !== 'ENOENT' || path === paths.at(-1)) throw error
    })
}
