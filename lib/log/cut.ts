import { syncFile, syncFolder, truncateFile } from './files.ts'
import { createSegment } from './recovery.ts'
import { removeFiles } from './remove.ts'
import { scanSegment } from './scan.ts'
import { closed, Segment } from './segment.ts'
import { beginActive, endOf, type LogState } from './state.ts'

/** Ends the active segment before the batch that reaches `offset`, and builds its indexes anew from what is left. */
export async function cutActive(state: LogState, offset: number): Promise<void> {
  const { options, resources, tuning } = state
  const rebuilt = new Segment(options.folder, state.active.baseOffset)
  await resources.files.use(rebuilt.logPath, async fd => {
    await scanSegment(fd, rebuilt, tuning.indexIntervalBytes, { trust: true, endOffset: offset })
    await truncateFile(fd, rebuilt.sizeBytes)
  })
  beginActive(state, rebuilt)
  state.stable = endOf(rebuilt)
}

/**
 * Ends the active segment where its sound part does. Nothing is read: on a disk that is full this happens again and again,
 * and a segment may be large.
 */
export async function cutToStable(state: LogState): Promise<void> {
  const { active, stable, options, resources } = state
  await resources.files.use(active.logPath, fd => truncateFile(fd, stable.position))
  active.offsets.truncate(stable.position)
  active.times.truncate(stable.offset - active.baseOffset)
  const cut = new Segment(options.folder, active.baseOffset, active)
  cut.sizeBytes = stable.position
  cut.nextOffset = stable.offset
  cut.maxTimestampMs = stable.maxTimestampMs
  cut.offsetOfMaxTimestamp = stable.offsetOfMaxTimestamp
  cut.firstTimestampMs = active.firstTimestampMs
  cut.lastModifiedMs = active.lastModifiedMs
  state.active = cut
}

/** Drops everything from `offset` on; the segment that holds it becomes the active one. */
export async function cutAt(state: LogState, offset: number): Promise<void> {
  if (state.active.baseOffset > offset) await reopen(state, offset)
  await cutActive(state, offset)
  await state.resources.files.use(state.active.logPath, syncFile)
  await syncFolder(state.options.folder)
  state.startOffset = Math.min(state.startOffset, state.active.nextOffset)
}

/** Removes the segments above `offset` and makes the last one left the active one. */
async function reopen(state: LogState, offset: number): Promise<void> {
  const gone = [...state.closed, closed(state.active)].filter(segment => segment.baseOffset > offset)
  const kept = state.closed.filter(segment => segment.baseOffset <= offset)
  const last = kept.pop()
  await removeFiles(state, gone)
  state.closed = kept
  state.active =
    last === undefined
      ? await createSegment(state.options.folder, state.resources, offset)
      : new Segment(state.options.folder, last.baseOffset)
  state.resources.indexes.delete(state.active.logPath)
}
