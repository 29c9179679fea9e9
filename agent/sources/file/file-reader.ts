import { fstatSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { assert } from '../../../lib/base/index.ts'
import { native } from '../../../lib/native/index.ts'
import type { LineBatch } from './line-batch.ts'
import type { OpenFiles } from './open-files.ts'
import { continues, headBytes, headSumOf, readStart } from './position.ts'
import { endOfLines } from './split/end-of-lines.ts'
import { containerLineBytes, formatReach, RowFinder, type RowFinderOptions } from './split/row-finder.ts'
import type { DropRule, Ending } from './split/rows.ts'
import type { TrackedFile } from './tracked-file.ts'

const readAsync = promisify(read)
/** Read at once. Twice the longest line fits besides, so that every read gets on. */
const chunkBytes = 524_288
/** Looked through for the last line end of what is passed over. */
const passReach = 65_536

/**
 * - `end`: read to its end, which is not to say that it is finished
 * - `more`: there is more, others have their turn
 * - `changed`: the bytes before the position are not those that were read: another generation stands there
 * - `gone`: its path leads elsewhere or nowhere
 */
export type ReadResult = 'end' | 'more' | 'changed' | 'gone'

/**
 * Reads files from where they stand into batches of lines. One buffer serves all files, since they are read one after
 * the other: memory does not grow with their number.
 */
export class FileReader {
  readonly #batch: LineBatch
  readonly #finder: RowFinder
  readonly #buffer: Buffer
  readonly #nowMs: () => number
  readonly #open: OpenFiles

  constructor(batch: LineBatch, open: OpenFiles, options: RowFinderOptions, nowMs: () => number) {
    this.#batch = batch
    this.#open = open
    this.#nowMs = nowMs
    this.#finder = new RowFinder(options)
    // an event and the line behind it, in an encoding of two bytes a letter
    const eventBytes = 4 * Math.max(options.maxLineBytes, containerLineBytes)
    this.#buffer = Buffer.allocUnsafe(chunkBytes + eventBytes + 1024)
  }

  /** Reads up to `chunks` chunks of a file. Throws what the file system throws (EACCES, EIO). */
  async read(file: TrackedFile, chunks: number, ending: Ending): Promise<ReadResult> {
    if (!this.#open.take(file)) return 'gone'
    try {
      return await this.#readOpen(file, chunks, ending)
    } finally {
      this.#open.giveBack(file)
    }
  }

  async #readOpen(file: TrackedFile, chunks: number, ending: Ending): Promise<ReadResult> {
    if (!this.#beginsAsKnown(file)) return 'changed'
    if (file.format === undefined) this.#readHead(file, ending)
    if (file.fromEnd !== undefined) await this.#passOver(file, file.fromEnd)
    for (let i = 0; i < chunks; i++) {
      const result = await this.#readChunk(file, ending)
      if (result !== 'more') return result
    }
    return 'more'
  }

  /** Lines of one length may end alike at the same place: behind the first KiB each read looks at that as well. */
  #beginsAsKnown({ fd, offset, headLength, headSum }: TrackedFile): boolean {
    if (offset <= headBytes || fd === undefined) return true
    const length = readSync(fd, this.#buffer, 0, headLength, 0)
    return length === headLength && headSumOf(this.#buffer, headLength) === headSum
  }

  /** Moves on behind the last whole line; how much that is goes to the ledger, and with it the position. */
  async #passOver(file: TrackedFile, rule: DropRule): Promise<void> {
    file.fromEnd = undefined
    if (file.fd === undefined || file.offset > 0) return
    const { size } = fstatSync(file.fd)
    const start = Math.max(0, size - passReach)
    const last = this.#buffer.subarray(0, await this.#fill(file, start, 0, passReach))
    const end = start + endOfLines(last, file.encoding, start)
    const head = Buffer.alloc(Math.min(end, headBytes))
    readSync(file.fd, head, 0, head.length, 0)
    this.#batch.begin(file)
    this.#batch.passOver(rule, end)
    file.passTo(end, head, last, end - start)
    await this.#batch.hand(file)
    await this.#batch.settleAccount(file)
  }

  #readHead(file: TrackedFile, ending: Ending): void {
    const { fd } = file
    if (fd === undefined) return
    const length = readSync(fd, this.#buffer, 0, formatReach, 0)
    this.learn(file, this.#buffer.subarray(0, length), ending)
  }

  /** Learns from a file's beginning how it is written. */
  learn(file: TrackedFile, head: Buffer, ending: Ending): void {
    if (file.format === undefined) this.#finder.learn(file, head, ending)
  }

  async #readChunk(file: TrackedFile, ending: Ending): Promise<ReadResult> {
    const start = readStart(file.offset)
    let want = chunkBytes
    let length = await this.#fill(file, start, 0, want)
    const from = file.offset - start
    if (!continues(file, this.#buffer.subarray(0, length))) return 'changed'
    if (length === want && this.#buffer.lastIndexOf(0x0a, length - 1) < from) {
      // a line longer than a chunk, or an event of several: all of the buffer is for those
      want = this.#buffer.length
      length = await this.#fill(file, start, length, want)
    }
    const atEnd = length < want
    file.saw(Math.max(file.size, start + length), file.modifiedMs, this.#nowMs())
    const done = this.split(file, this.#buffer.subarray(0, length), from, atEnd ? ending : 'open')
    await this.#batch.hand(file)
    if (!atEnd) return done === from ? await this.#readWhole(file, start, from, length) : 'more'
    file.size = start + length
    file.readToEnd(this.#nowMs())
    return 'end'
  }

  /** No event ended in a chunk though lines did: the whole buffer holds any event, or what there is of it is taken. */
  async #readWhole(file: TrackedFile, start: number, from: number, had: number): Promise<ReadResult> {
    const length = await this.#fill(file, start, had, this.#buffer.length)
    const bytes = this.#buffer.subarray(0, length)
    let done = this.split(file, bytes, from, 'open')
    if (done === from && length === this.#buffer.length) done = this.split(file, bytes, from, 'partial')
    assert(done > from || length < this.#buffer.length, `an event of ${file.source} does not fit the buffer`)
    await this.#batch.hand(file)
    return 'more'
  }

  /** Takes the rows of `bytes` from `from` on, and moves the file's position past them; answers how far that is. */
  split(file: TrackedFile, bytes: Buffer, from: number, ending: Ending): number {
    this.#batch.begin(file)
    if (file.encoding === undefined) return from
    const done = this.#finder.find(file, bytes, from, ending, this.#batch)
    file.advance(file.offset + done - from, bytes, done)
    return done
  }

  /**
   * Reads on behind the first `had` bytes of the buffer, which begins at `start` in the file: what the system has in its
   * memory at once, which costs less than the way through a thread.
   */
  async #fill(file: TrackedFile, start: number, had: number, want: number): Promise<number> {
    const { fd } = file
    assert(fd !== undefined, 'a file is open while it is read')
    const now = native?.readCached(fd, this.#buffer.subarray(had, want), start + had) ?? 0
    let length = had + now
    while (length < want) {
      const { bytesRead } = await readAsync(fd, this.#buffer, length, want - length, start + length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return length
  }
}
