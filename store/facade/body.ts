import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { FacadeError, tooLarge } from './errors.ts'

/** SQL of a query; ClickHouse's own limit (max_query_size) is 256 KiB. */
export const maxSqlBytes = 16 * 1024 * 1024
/** Rows of one insert, as they stand on disk after decompression. */
export const maxInsertBytes = 2 * 1024 * 1024 * 1024

/** The body as text. Errors: TOO_MANY_BYTES, CANNOT_DECOMPRESS. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await decoding(pipeline([request, ...decoders(request, maxSqlBytes), sink]))
  return Buffer.concat(chunks).toString('utf8')
}

/** The body into a file. Errors: TOO_MANY_BYTES, CANNOT_DECOMPRESS. */
export async function spoolBody(request: IncomingMessage, path: string): Promise<void> {
  const stages = decoders(request, maxInsertBytes)
  await decoding(pipeline([request, ...stages, createWriteStream(path, { highWaterMark: 1 << 20 })]))
}

function decoders(request: IncomingMessage, maxBytes: number): Transform[] {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return [limit(maxBytes)]
  if (encoding === 'gzip') return [createGunzip(), limit(maxBytes)]
  if (encoding === 'zstd') return [createZstdDecompress(), limit(maxBytes)]
  throw new FacadeError(
    433,
    'NOT_IMPLEMENTED',
    415,
    `Content-Encoding ${encoding} is not known, expected gzip or zstd`,
  )
}

/** Counts after decompression, so that a small body cannot fill the disk. */
function limit(maxBytes: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) done(tooLarge(maxBytes))
      else done(null, chunk)
    },
  })
}

async function decoding(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string' && /^(Z_|ZSTD_)/.test(code))
      throw new FacadeError(271, 'CANNOT_DECOMPRESS', 400, `Cannot decompress the request body (${code})`)
    throw error
  }
}
