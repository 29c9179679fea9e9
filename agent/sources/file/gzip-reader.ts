import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import type { FileReader, ReadResult } from './file-reader.ts'
import type { LineBatch } from './line-batch.ts'
import type { Ending } from './splitter.ts'
import { continues, readStart, type TrackedFile } from './tracked-file.ts'

const chunkBytes = 524_288

/**
 * Reads a compressed file from its beginning to its end, and takes the lines behind the file's position, which counts
 * decompressed bytes: after a restart, or where the file is the compressed form of one that was being read, the part
 * before is passed over and its end compared. Throws what gunzip throws where the file is cut or damaged.
 */
export async function readGzip(file: TrackedFile, reader: FileReader, batch: LineBatch): Promise<ReadResult> {
  if (file.path === undefined) return 'gone'
  const gunzip = createGunzip({ chunkSize: 65_536 })
  const source = createReadStream(file.path)
  source.on('error', error => gunzip.destroy(error))
  const content = new GzipContent(file, reader, batch)
  let gathered: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      gathered.push(chunk)
      bytes += chunk.length
      if (bytes < chunkBytes) continue
      if (!(await content.take(gathered, 'open'))) return 'changed'
      gathered = []
      bytes = 0
    }
    if (!(await content.take(gathered, 'finished'))) return 'changed'
  } finally {
    source.destroy()
  }
  file.readSize = file.size
  return 'end'
}

class GzipContent {
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
    this.#keepFrom(readStart(file.offset), Buffer.concat([this.#kept, ...chunks]))
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
