import fs from 'node:fs'
import { native } from '../native/index.ts'

/**
 * File operations on plain descriptors as promises. Node's FileHandle costs more main-thread time per call, which
 * counts on the append path.
 */
function settle<T>(resolve: (value: T) => void, reject: (error: Error) => void) {
  return (error: Error | null, value?: T) => {
    if (error) reject(error)
    else resolve(value as T)
  }
}

export function openFile(path: string, flags: string): Promise<number> {
  return new Promise((resolve, reject) => fs.open(path, flags, 0o644, settle(resolve, reject)))
}
export function closeFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.close(fd, settle(resolve, reject)))
}
/** Data and size are on disk afterwards. */
export function syncFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.fdatasync(fd, settle(resolve, reject)))
}
export function truncateFile(fd: number, length: number): Promise<void> {
  return new Promise((resolve, reject) => fs.ftruncate(fd, length, settle(resolve, reject)))
}

/** Up to here the system gives what it has in its memory sooner than a thread takes up the work. */
const readNowBytes = 65_536

/** Fills `buffer` from `position`; less only at the end of the file. */
export async function readFully(fd: number, buffer: Buffer, position: number): Promise<number> {
  let done = buffer.length > readNowBytes ? 0 : (native?.readCached(fd, buffer, position) ?? 0)
  while (done < buffer.length) {
    const read = await readOnce(fd, buffer, done, position + done)
    if (read === 0) break
    done += read
  }
  return done
}

function readOnce(fd: number, buffer: Buffer, at: number, position: number): Promise<number> {
  return new Promise((resolve, reject) =>
    fs.read(fd, buffer, at, buffer.length - at, position, settle(resolve, reject)),
  )
}

/** Writes all of the buffers, going on where the system took only a part. */
export async function writeFully(fd: number, buffers: Buffer[], position: number): Promise<void> {
  let rest = buffers
  let at = position
  while (rest.length > 0) {
    const written = await writeOnce(fd, rest, at)
    at += written
    rest = after(rest, written)
  }
}

function writeOnce(fd: number, buffers: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => fs.writev(fd, buffers, position, settle(resolve, reject)))
}

/**
 * The same at once, without the way through a thread: for a few kilobytes, which the system takes into its memory in
 * less time than that way costs.
 */
export function writeNow(fd: number, buffers: Buffer[], position: number): void {
  let rest = buffers
  let at = position
  while (rest.length > 0) {
    const written = fs.writevSync(fd, rest, at)
    at += written
    rest = after(rest, written)
  }
}

function after(buffers: Buffer[], written: number): Buffer[] {
  let left = written
  let first = 0
  while (first < buffers.length && left >= (buffers[first] as Buffer).length)
    left -= (buffers[first++] as Buffer).length
  if (first === buffers.length) return []
  return [(buffers[first] as Buffer).subarray(left), ...buffers.slice(first + 1)]
}

/** Makes created, renamed and removed names of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const fd = await openFile(folder, 'r')
  try {
    await new Promise<void>((resolve, reject) => fs.fsync(fd, settle(resolve, reject)))
  } finally {
    await closeFile(fd)
  }
}
