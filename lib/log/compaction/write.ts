import { rm } from 'node:fs/promises'
import { BatchCursor } from '../../kafka/index.ts'
import { cleanedSuffix } from '../filenames.ts'
import { closeFile, openFile, syncFile, writeFully } from '../files.ts'
import { Segment } from '../segment.ts'
import type { LogState } from '../state.ts'
import { type AbortedTransaction, encodeAborted } from '../transaction-index.ts'

/** A segment in the making, in files whose names end in `.cleaned`; readers do not know of it. */
export class CleanedSegment {
  readonly segment: Segment
  /** Whether it holds anything else than what it is made from. */
  hasChanged = false
  readonly #state: LogState
  #fd: number | undefined

  private constructor(state: LogState, segment: Segment, fd: number) {
    this.#state = state
    this.segment = segment
    this.#fd = fd
  }

  static async create(state: LogState, baseOffset: number): Promise<CleanedSegment> {
    const segment = new Segment(state.options.folder, baseOffset)
    return new CleanedSegment(state, segment, await openFile(segment.logPath + cleanedSuffix, 'w'))
  }

  async write(batches: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(batches)
    if (bytes.length === 0) return
    await writeFully(this.#fd as number, [bytes], this.segment.sizeBytes)
    const cursor = new BatchCursor(bytes)
    while (cursor.next()) this.segment.note(cursor, this.#state.tuning.indexIntervalBytes)
  }

  /** Everything is on disk afterwards, under its preliminary name. */
  async finish(aborted: readonly AbortedTransaction[]): Promise<void> {
    const { segment } = this
    segment.noteTime()
    await syncFile(this.#fd as number)
    await this.#close()
    await writeNew(segment.indexPath + cleanedSuffix, segment.offsets.toBytes())
    await writeNew(segment.timeIndexPath + cleanedSuffix, segment.times.toBytes())
    if (aborted.length > 0)
      await writeNew(segment.txnIndexPath + cleanedSuffix, Buffer.concat(aborted.map(encodeAborted)))
  }

  /** As if it had never been. */
  async discard(): Promise<void> {
    await this.#close()
    for (const path of this.segment.paths) await rm(path + cleanedSuffix, { force: true })
  }

  async #close(): Promise<void> {
    const fd = this.#fd
    this.#fd = undefined
    if (fd !== undefined) await closeFile(fd)
  }
}

async function writeNew(path: string, bytes: Buffer): Promise<void> {
  const fd = await openFile(path, 'w')
  try {
    if (bytes.length > 0) await writeFully(fd, [bytes], 0)
    await syncFile(fd)
  } finally {
    await closeFile(fd)
  }
}
