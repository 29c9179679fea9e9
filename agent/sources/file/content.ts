import { type FileHandle, open } from 'node:fs/promises'
import { archiveContent, isArchive } from './archive/archive.ts'
import { systemPath } from './file-path.ts'
import { isAbsence } from './inspect.ts'
import { continues, headBytes, headSumOf, type Known, readStart } from './position.ts'
import type { Entry } from './tracked-file.ts'

/** Whether the content at a path begins as the generation did and goes on where it stands: it is the same file, moved or copied. */
export async function holds(entry: Entry, known: Known): Promise<boolean> {
  if (!isHeadOf(await headOf(entry), known)) return false
  if (isArchive(entry.path)) return await archiveHolds(entry, known)
  if (entry.size < known.offset) return false
  const start = readStart(known.offset)
  return continues(known, await bytesOf(entry.path, start, known.offset - start))
}

/** The first KiB of the content at a path, or what there is of it. */
export async function headOf(entry: Entry): Promise<Buffer> {
  return isArchive(entry.path) ? await archiveHead(entry.path) : await bytesOf(entry.path, 0, headBytes)
}

/** Whether a generation began so. */
export function isHeadOf(head: Buffer, { headLength, headSum }: Known): boolean {
  return head.length >= headLength && headSumOf(head, headLength) === headSum
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

/**
 * Whether an archive has, from its beginning to its end, what a file begins with. One that is cut, or still being
 * written, is judged by what there is of it.
 */
export async function isArchiveOf(archive: string, path: string): Promise<boolean> {
  const end = await sampleOf(archive, Number.POSITIVE_INFINITY)
  const start = end.length - end.tail.length
  const [head, tail] = await Promise.all([
    bytesOf(path, 0, end.head.length),
    bytesOf(path, start, end.tail.length),
  ])
  return head.equals(end.head) && tail.equals(end.tail)
}

async function archiveHolds(entry: Entry, known: Known): Promise<boolean> {
  const sample = await sampleOf(entry.path, known.offset)
  if (sample.length < known.offset) return false
  const before = known.offset - readStart(known.offset)
  return continues(known, sample.tail.subarray(sample.tail.length - before))
}

interface Sample {
  /** Bytes of content up to where the sample was asked for, the end, or where the archive is damaged. */
  length: number
  head: Buffer
  /** The last KiB before that. */
  tail: Buffer
}

async function sampleOf(path: string, upTo: number): Promise<Sample> {
  let head = Buffer.alloc(0)
  let tail = Buffer.alloc(0)
  let length = 0
  try {
    for await (const piece of archiveContent(path)) {
      const taken = piece.subarray(0, upTo - length)
      length += taken.length
      if (head.length < headBytes) head = Buffer.concat([head, taken]).subarray(0, headBytes)
      tail = Buffer.concat([tail, taken.subarray(-headBytes)]).subarray(-headBytes)
      if (length >= upTo) break
    }
  } catch (error) {
    if (isSystemError(error) && !isAbsence(error)) throw error
  }
  return { length, head, tail }
}

async function archiveHead(path: string): Promise<Buffer> {
  return (await sampleOf(path, headBytes)).head
}

/** Of the file system, not of the content. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** None where nothing stands there any more: it may have been renamed since it was looked at. */
export async function bytesOf(path: string, start: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0)
  const file = await openOrNot(path)
  if (file === undefined) return Buffer.alloc(0)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function openOrNot(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(systemPath(path), 'r')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}
