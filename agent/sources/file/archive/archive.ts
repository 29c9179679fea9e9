import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { systemPath } from '../file-path.ts'
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
  const source = createReadStream(systemPath(path), { highWaterMark: readBytes })
  try {
    const gunzip = () => decompress(createGunzip({ chunkSize: pieceBytes }), source)
    yield* path.endsWith('.zst') ? zstdContent(source) : gunzip()
  } finally {
    source.destroy()
  }
}
