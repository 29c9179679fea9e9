import { open } from 'node:fs/promises'
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
  async take(file: TrackedFile): Promise<boolean> {
    if (file.handle === undefined && !(await openByIdentity(file))) return false
    this.#idle.delete(file)
    this.#used.add(file)
    for (const oldest of this.#idle) {
      if (this.count <= this.#most) break
      if (oldest.path !== undefined) await this.close(oldest)
    }
    return true
  }

  giveBack(file: TrackedFile): void {
    this.#used.delete(file)
    if (file.handle !== undefined) this.#idle.add(file)
  }

  async close(file: TrackedFile): Promise<void> {
    this.#idle.delete(file)
    const { handle } = file
    file.handle = undefined
    await handle?.close()
  }

  /** Lets go of all that can be opened again. */
  async closeIdle(): Promise<void> {
    for (const file of [...this.#idle]) if (file.path !== undefined) await this.close(file)
  }
}

/** Opens the path of a file if it still leads to the same inode. */
async function openByIdentity(file: TrackedFile): Promise<boolean> {
  if (file.path === undefined) return false
  try {
    const handle = await open(systemPath(file.path), 'r')
    const { dev, ino, birthtimeNs } = await handle.stat({ bigint: true })
    const isBorn = file.birth === '' || String(birthtimeNs) === file.birth
    if (String(dev) === file.device && String(ino) === file.inode && isBorn) {
      file.handle = handle
      return true
    }
    await handle.close()
    return false
  } catch (error) {
    if (isAbsence(error)) return false
    throw error
  }
}
