import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What Node does not offer, or only at a price, from the C files here. All that uses it has a form without. */
export interface Native {
  /**
   * Hands a prefix, a range of a file and a suffix to a non-blocking socket that nothing else waits to be written to;
   * the range goes there from the page cache (sendfile(2)). Gives how many bytes of it all the system took, which is less
   * where the client does not keep up: at once where the range is cached, else as a promise. Errors: EPIPE, ECONNRESET,
   * EIO where the file ends before the range does.
   */
  sendFile(
    socketFd: number,
    prefix: Buffer,
    fileFd: number,
    position: number,
    length: number,
    suffix: Buffer,
  ): number | Promise<number>
  /**
   * Reads from `position` on as far as that needs no disk (preadv2(2) with RWF_NOWAIT), without the way through a
   * thread. Gives the bytes read; 0 where nothing is cached, also at the end of the file or where that fails.
   */
  readCached(fd: number, buffer: Buffer, position: number): number
  /**
   * CRC-32C of a range of a buffer, or of all the bytes whose checksum `before` is and the range behind them. Left out on
   * processors without an instruction for it.
   */
  crc32c?: (bytes: Buffer, start: number, end: number, before: number) => number
  /**
   * Compresses a buffer into another from a position of it on, by zstd's level 1 with a hash table of 32 KB. Gives the
   * bytes written; -1 where there is no room for them. Left out where Node does not export its zstd.
   */
  zstdCompress?: (from: Buffer, to: Buffer, at: number) => number
  /** How many bytes were compressed, as the beginning of what zstd made says; -1 where it does not, or is none. */
  zstdSize?: (from: Buffer) => number
  /** Decompresses a buffer into another. Gives the bytes written; -1 where it is damaged or there is no room for them. */
  zstdDecompress?: (from: Buffer, to: Buffer) => number
}

/** From the source, and from what is made of it in dist/node. */
const places = ['../../dist/native/', '../../../native/']

/** What `npm run build:native` made for this machine; undefined where there is none, or MILLRACE_NATIVE is 0. */
function load(): Native | undefined {
  if (process.env['MILLRACE_NATIVE'] === '0') return undefined
  const name = `${process.platform}-${process.arch}/millrace.node`
  const path = places.map(place => fileURLToPath(new URL(place + name, import.meta.url))).find(existsSync)
  if (path === undefined) return undefined
  try {
    return createRequire(import.meta.url)(path) as Native
  } catch {
    // made for another system: the same goes without it
    return undefined
  }
}

export const native = load()
