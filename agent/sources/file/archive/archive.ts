import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { systemPath } from '../file-path.ts'
import { zstdContent } from './zstd-frames.ts'

const readBytes = 65_536
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
    yield* path.endsWith('.zst') ? zstdContent(source) : gzipContent(source)
  } finally {
    source.destroy()
  }
}

async function* gzipContent(source: ReturnType<typeof createReadStream>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: readBytes })
  source.on('error', error => gunzip.destroy(error))
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>
  } finally {
    gunzip.destroy()
  }
}
