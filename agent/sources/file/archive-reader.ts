import { archiveContent } from './archive/archive.ts'
import type { FileReader, ReadResult } from './file-reader.ts'
import { isAbsence } from './inspect.ts'
import type { LineBatch } from './line-batch.ts'
import { continues, readStart } from './position.ts'
import type { Ending } from './split/rows.ts'
import type { TrackedFile } from './tracked-file.ts'

const chunkBytes = 524_288

/**
 * Reads a compressed file from its beginning to its end, and takes the lines behind the file's position, which counts
 * decompressed bytes: after a restart, or where the file is the compressed form of one that was being read, the part
 * before is passed over and its end compared. Throws what decompression throws where the file is
 * cut or damaged, when the lines before that are taken.
 */
export async function readArchive(
  file: TrackedFile,
  reader: FileReader,
  batch: LineBatch,
  endingAtDamage: Ending,
  nowMs: number,
): Promise<ReadResult> {
  if (file.path === undefined) return 'gone'
  const content = new ArchiveContent(file, reader, batch)
  let gathered: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of archiveContent(file.path)) {
      gathered.push(piece)
      bytes += piece.length
      if (bytes < chunkBytes) continue
      if (!(await content.take(gathered, 'open'))) return 'changed'
      gathered = []
      bytes = 0
    }
    if (!(await content.take(gathered, 'finished'))) return 'changed'
  } catch (error) {
    if (isAbsence(error)) return 'gone'
    await content.take(gathered, endingAtDamage)
    throw error
  }
  file.readToEnd(nowMs)
  return 'end'
}

class ArchiveContent {
  readonly #file: TrackedFile
  readonly #reader: FileReader
  readonly #batch: LineBatch
  /** Where in the content the kept bytes begin. */
  #position = 0
  #kept: Buffer = Buffer.alloc(0)
  #proven: boolean

  constructor(file: TrackedFile, reader: FileReader, batch: LineBatch) {
    this.#file = file
    this.#reader = reader
    this.#batch = batch
    this.#proven = file.offset === 0
  }

  /** False where the content does not continue the file's position. */
  async take(chunks: readonly Buffer[], ending: Ending): Promise<boolean> {
    const file = this.#file
    const bytes = Buffer.concat([this.#kept, ...chunks])
    if (this.#position === 0) this.#reader.learn(file, bytes, ending)
    this.#keepFrom(readStart(file.offset), bytes)
    const from = file.offset - this.#position
    if (!this.#proven) {
      if (this.#kept.length < from) return ending !== 'finished'
      if (!continues(file, this.#kept)) return false
      this.#proven = true
    }
    this.#reader.split(file, this.#kept, from, ending)
    await this.#batch.hand(file)
    this.#keepFrom(readStart(file.offset), this.#kept)
    return true
  }

  #keepFrom(start: number, bytes: Buffer): void {
    const drop = Math.min(bytes.length, Math.max(0, start - this.#position))
    this.#kept = bytes.subarray(drop)
    this.#position += drop
  }
}
