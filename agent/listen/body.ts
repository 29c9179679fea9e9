import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, inflate, zstdDecompress } from 'node:zlib'
import { codeOf, OperatingError } from '../../lib/base/index.ts'
import { decodeSnappyBlock, snappyLength } from '../../lib/kafka/index.ts'

/** One raw block, as Prometheus and Loki push it. */
function snappyBlock(body: Buffer, { maxOutputLength }: { maxOutputLength: number }): Promise<Buffer> {
  if ((snappyLength(body) ?? 0) > maxOutputLength) throw tooLarge(maxOutputLength)
  const decoded = decodeSnappyBlock(body)
  return decoded === undefined
    ? Promise.reject(new Error('a block is cut or damaged'))
    : Promise.resolve(decoded)
}

const decoders = {
  snappy: snappyBlock,
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  zstd: promisify(zstdDecompress),
} as const

export type Encoding = keyof typeof decoders | 'identity' | 'either'

/** The encoding of that name; undefined for one that is not known. */
export function encodingOf(name: string | undefined): Encoding | undefined {
  const plain = name?.trim().toLowerCase() ?? 'identity'
  if (plain === '' || plain === 'identity') return 'identity'
  // what graypy says of its messages, which are one of the two
  if (/^gzip, ?deflate$/.test(plain)) return 'either'
  return plain in decoders ? (plain as Encoding) : undefined
}

/** By what the content begins with. Source: RFC 1952, 2.3.1; RFC 1950, 2.2. */
function oneOf(body: Buffer): Exclude<Encoding, 'either'> {
  if (body[0] === 0x1f && body[1] === 0x8b) return 'gzip'
  return body[0] === 0x78 ? 'deflate' : 'identity'
}

/** Reads a stream to its end. Errors: BODY_TOO_LARGE. */
export async function readBody(
  stream: Readable,
  maxBytes: number,
  hold: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // a stream that is left before its end must live on: the refusal goes out over it
  const content = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    hold(chunk.length)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
}

/** Decompresses at most `maxBytes`, so that a small body cannot fill the memory. Errors: BODY_TOO_LARGE, BODY_INVALID. */
export async function decode(body: Buffer, said: Encoding, maxBytes: number): Promise<Buffer> {
  const encoding = said === 'either' ? oneOf(body) : said
  if (encoding === 'identity') return body
  try {
    return await decoders[encoding](body, { maxOutputLength: maxBytes })
  } catch (cause) {
    if (codeOf(cause) === 'BODY_TOO_LARGE') throw cause
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new OperatingError('BODY_INVALID', `the body is not ${encoding}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

function tooLarge(maxBytes: number): OperatingError {
  const message = `the request is larger than ${maxBytes} bytes: send smaller batches, or raise maxRequestBytes of the agent's source`
  return new OperatingError('BODY_TOO_LARGE', message)
}
