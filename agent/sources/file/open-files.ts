import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { systemPath } from './file-path.ts'
import { isAbsence } from './inspect.ts'
import type { TrackedFile } from './tracked-file.ts'

/**
 * The files an agent holds open, of all its sources: the one unused for longest is closed when there are more than
 * `most`, and opened again when it grows. Without a path it could not be opened again, and stays.
 */
export class OpenFiles {
  readonly #most: number
  readonly #used = new Set<TrackedFile>()
  /** In the order of their last use. */
  readonly #idle = new Set<TrackedFile>()

  constructor(most: number) {
    this.#most = most
  }

  get count(): number {
    return this.#used.size + this.#idle.size
  }

  /** Opens a file if its path still leads to it, until it is given back. Throws what the file system throws. */
  take(file: TrackedFile): boolean {
    if (file.fd === undefined && !openByIdentity(file)) return false
    this.#idle.delete(file)
    this.#used.add(file)
    for (const oldest of this.#idle) {
      if (this.count <= this.#most) break
      if (oldest.path !== undefined) this.close(oldest)
    }
    return true
  }

  giveBack(file: TrackedFile): void {
    this.#used.delete(file)
    if (file.fd !== undefined) this.#idle.add(file)
  }

  close(file: TrackedFile): void {
    this.#idle.delete(file)
    const { fd } = file
    file.fd = undefined
    if (fd !== undefined) closeSync(fd)
  }

  /** Lets go of all that can be opened again. */
  closeIdle(): void {
    for (const file of [...this.#idle]) if (file.path !== undefined) this.close(file)
  }
}

/** Looks at what is open of a file: no path need lead to it any more. */
export function lookAtOpen(file: TrackedFile, nowMs: number): void {
  if (file.fd === undefined) return
  const { size, mtimeMs } = fstatSync(file.fd)
  file.saw(size, mtimeMs, nowMs)
}

/**
 * Opens the path of a file if it still leads to the same inode. At once: each way through a thread costs more than all of
 * it, and there may be 100,000 files.
 */
function openByIdentity(file: TrackedFile): boolean {
  if (file.path === undefined) return false
  try {
    // what is a pipe by now must not be waited for
    const fd = openSync(systemPath(file.path), constants.O_RDONLY | constants.O_NONBLOCK)
    if (isOpenOf(fd, file)) file.fd = fd
    else closeSync(fd)
    return file.fd === fd
  } catch (error) {
    if (isAbsence(error)) return false
    throw error
  }
}

function isOpenOf(fd: number, { device, inode, birth }: TrackedFile): boolean {
  const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true })
  const isBorn = birth === '' || String(birthtimeNs) === birth
  return String(dev) === device && String(ino) === inode && isBorn
}
