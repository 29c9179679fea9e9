import { rename, rm } from 'node:fs/promises'
import { codeOf } from '../base/index.ts'
import { deletedSuffix } from './filenames.ts'
import type { ClosedSegment } from './segment.ts'
import type { LogState } from './state.ts'

/**
 * Removes segments, the newest first, so that a crash half-way leaves no gap. Files are renamed first: whoever still
 * reads one keeps it open, and what a crash leaves under the new name goes when the log is next opened.
 */
export async function removeFiles(state: LogState, segments: readonly ClosedSegment[]): Promise<void> {
  for (const segment of segments.toReversed()) {
    state.resources.indexes.delete(segment.logPath)
    for (const path of segment.paths.toReversed()) await removeFile(state, path)
  }
}

async function removeFile(state: LogState, path: string): Promise<void> {
  try {
    await rename(path, path + deletedSuffix)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  await state.resources.files.forget(path)
  await rm(path + deletedSuffix, { force: true })
}
