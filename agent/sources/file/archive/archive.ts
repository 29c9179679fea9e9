import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { systemPath } from '../file-path.ts'
import { isSystemError } from '../refusal.ts'
import { decompress } from './decompress.ts'
import { zstdContent } from './zstd-frames.ts'

/** Of what is compressed: what it makes at most, a thousand times as much, is held at once. */
const readBytes = 16_384
const pieceBytes = 65_536
const endings = /\.(gz|zst)$/

/** Whether a path is that of a compressed file, which is read once, to its end. */
export function isArchive(path: string): boolean {
  return endings.test(path)
}

/** `app.log.1.gz` is an archive of `app.log.1`. */
export function withoutArchiveEnding(path: string): string {
  return path.replace(endings, '')
}

/**
 * The content of a compressed file, in pieces; of all members of a gzip file and all frames of a zstd file. Throws what
 * the file system throws, and what is told of a file that is cut or damaged behind what came before.
 */
export async function* archiveContent(path: string): AsyncGenerator<Buffer> {
  if (path.endsWith('.zst')) {
    yield* fromFile(path, zstdContent)
    return
  }
  const input = new Input()
  let given = 0
  try {
    for await (const piece of fromFile(path, source => gunzip(input.of(source)))) {
      given += piece.length
      yield piece
    }
  } catch (error) {
    if (isSystemError(error)) throw error
    // what the last piece of input had before the damage is lost with it: again, and byte by byte there
    yield* behind(
      given,
      fromFile(path, source => gunzip(input.byBytesAtEnd(source))),
    )
  }
}

async function* fromFile(
  path: string,
  content: (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  const source = createReadStream(systemPath(path), { highWaterMark: readBytes })
  try {
    yield* content(source)
  } finally {
    source.destroy()
  }
}

function gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return decompress(createGunzip({ chunkSize: pieceBytes }), source)
}

/** All but the first bytes. */
async function* behind(bytes: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const piece of pieces) {
    const skipped = Math.min(left, piece.length)
    left -= skipped
    if (skipped < piece.length) yield piece.subarray(skipped)
  }
}

/** Counts what a decompressor took, to find where it failed. */
class Input {
  #taken = 0

  async *of(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#taken += chunk.length
      yield chunk
    }
  }

  async *byBytesAtEnd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const from = this.#taken - readBytes
    let at = 0
    for await (const chunk of source) {
      at += chunk.length
      if (at <= from) yield chunk
      else for (let i = 0; i < chunk.length; i++) yield chunk.subarray(i, i + 1)
    }
  }
}
