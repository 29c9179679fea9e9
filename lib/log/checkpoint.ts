import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../base/index.ts'
import { checkpointName, temporarySuffix } from './filenames.ts'
import { closeFile, openFile, syncFile, writeFully } from './files.ts'

/**
 * What is known to be on disk: all segments below `segment`, and of it the first `position` bytes with the index
 * entries that belong to them. Recovery looks only at what lies beyond.
 */
export interface Checkpoint {
  startOffset: number
  /** Base offset of the segment that was being written. */
  segment: number
  position: number
  nextOffset: number
  maxTimestampMs: number
  offsetOfMaxTimestamp: number
}

const version = 1

/** One line of numbers, renamed into place so that it is there whole or not at all. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { startOffset, segment, position, nextOffset, maxTimestampMs, offsetOfMaxTimestamp } = checkpoint
  const numbers = [version, startOffset, segment, position, nextOffset, maxTimestampMs, offsetOfMaxTimestamp]
  const path = join(folder, checkpointName)
  const fd = await openFile(path + temporarySuffix, 'w')
  try {
    await writeFully(fd, [Buffer.from(`${numbers.join(' ')}\n`)], 0)
    await syncFile(fd)
  } finally {
    await closeFile(fd)
  }
  await rename(path + temporarySuffix, path)
}

/** Undefined where there is none or where it is not what we write: everything is then scanned. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  let text: string
  try {
    text = await readFile(join(folder, checkpointName), 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const numbers = text.trim().split(' ').map(Number)
  if (numbers.length !== 7 || numbers[0] !== version || !numbers.every(Number.isSafeInteger)) return undefined
  const [, startOffset, segment, position, nextOffset, maxTimestampMs, offsetOfMaxTimestamp] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return { startOffset, segment, position, nextOffset, maxTimestampMs, offsetOfMaxTimestamp }
}
