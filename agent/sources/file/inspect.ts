import { createReadStream, readdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { type FilePosition, headBytes, headSumOf } from './position.ts'
import { continues, type Entry, readStart } from './tracked-file.ts'

/** Siblings looked through for a renamed or copied file. */
const maxSiblings = 10_000

/** What stands at a path; undefined for nothing, or nothing that can be read as a file. Follows links. */
export function lookAt(path: string): Entry | undefined {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile()) return undefined
    const { dev, ino, size, mtimeMs } = stat
    return {
      path,
      device: String(dev),
      inode: String(ino),
      size: Number(size),
      modifiedMs: Number(mtimeMs),
    }
  } catch {
    // unreadable is as good as not there; the source says so once for files that match
    return undefined
  }
}

/** Size alone, for files that are polled often. */
export function sizeAt(path: string): { inode: number; size: number } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? undefined : { inode: stat.ino, size: stat.size }
}

export function siblingsOf(path: string): Entry[] {
  const folder = dirname(path)
  try {
    const names = readdirSync(folder).slice(0, maxSiblings)
    return names.map(name => lookAt(join(folder, name))).filter(entry => entry !== undefined)
  } catch {
    // the folder went with the file
    return []
  }
}

type Known = Pick<FilePosition, 'offset' | 'headLength' | 'headSum' | 'tailSum'>

/** Whether the content at a path begins as the generation did and goes on where it stands: it is the same file, moved or copied. */
export async function holds(entry: Entry, known: Known): Promise<boolean> {
  if (entry.path.endsWith('.gz'))
    return headSumOf(await gzipHead(entry.path), known.headLength) === known.headSum
  if (entry.size < known.offset) return false
  const head = await bytesOf(entry.path, 0, known.headLength)
  if (head.length < known.headLength || headSumOf(head, known.headLength) !== known.headSum) return false
  const start = readStart(known.offset)
  return continues(known, await bytesOf(entry.path, start, known.offset - start))
}

/** Whether the content at a path begins as the generation did, as far as it goes: it may be a copy still being made. */
export async function beginsLike(entry: Entry, known: Known): Promise<boolean> {
  const head = await bytesOf(entry.path, 0, known.headLength)
  return head.length === known.headLength && headSumOf(head, known.headLength) === known.headSum
}

/** Whether two files begin alike and have the same bytes just before `length`. */
export async function sameBytes(one: string, other: string, length: number): Promise<boolean> {
  const part = Math.min(length, headBytes)
  for (const start of new Set([0, length - part])) {
    const [a, b] = await Promise.all([bytesOf(one, start, part), bytesOf(other, start, part)])
    if (a.length < part || !a.equals(b)) return false
  }
  return true
}

async function bytesOf(path: string, start: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function gzipHead(path: string): Promise<Buffer> {
  const source = createReadStream(path)
  const gunzip = createGunzip({ chunkSize: headBytes })
  source.on('error', error => gunzip.destroy(error))
  try {
    let head = Buffer.alloc(0)
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      head = Buffer.concat([head, chunk])
      if (head.length >= headBytes) break
    }
    return head
  } catch {
    // cut or no gzip at all: it begins like nothing that is known
    return Buffer.alloc(0)
  } finally {
    source.destroy()
  }
}
