import { rename } from 'node:fs/promises'
import { codeOf } from '../base/index.ts'
import { deletedSuffix } from './filenames.ts'
import type { ClosedSegment } from './segment.ts'
import type { LogState } from './state.ts'

/**
 * Removes segments, the newest first, so that a crash half-way leaves no gap. Files are renamed first: whoever still
 * reads one keeps it open, and what a crash leaves under the new name goes when the log is next opened.
 */
export async function removeFiles(state: LogState, segments: readonly ClosedSegment[]): Promise<void> {
  const renamed: string[] = []
  try {
    for (const segment of segments.toReversed()) {
      state.resources.indexes.delete(segment.logPath)
      for (const path of segment.paths.toReversed())
        if (await setAside(state, path)) renamed.push(path + deletedSuffix)
    }
  } finally {
    await state.resources.removals.later(renamed, state.tuning.fileDeleteDelayMs, state.logger)
  }
}

async function setAside(state: LogState, path: string): Promise<boolean> {
  try {
    await rename(path, path + deletedSuffix)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  await state.resources.files.forget(path)
  return true
}
