import { codeOf } from '../base/index.ts'
import { closeFile, openFile } from './files.ts'

/** A file that stays open, even when it is removed, until it is released. */
export interface HeldFile {
  readonly fd: number
  /** Once. Errors: what closing says where this was the last use. */
  release(): Promise<void>
}

interface Entry {
  readonly path: string
  readonly fd: number
  users: number
  forgotten: boolean
}

/**
 * Open files of any number of logs, at most `maxOpen` of them beyond those in use at the moment. The one unused for
 * the longest is closed first. A file stays open as long as someone uses it, even when it has been removed.
 */
export class FilePool {
  readonly #maxOpen: number
  /** In order of last use. */
  readonly #entries = new Map<string, Entry>()
  readonly #opening = new Map<string, Promise<Entry>>()

  constructor(maxOpen = 512) {
    this.#maxOpen = maxOpen
  }

  get size(): number {
    return this.#entries.size
  }

  /** Runs `use` with the file open for reading and writing; the file must exist. */
  async use<T>(path: string, use: (fd: number) => Promise<T>): Promise<T> {
    const entry = await this.#enter(path)
    try {
      return await use(entry.fd)
    } finally {
      await this.#leave(entry)
    }
  }

  /** The same for a use that ends elsewhere. */
  async hold(path: string): Promise<HeldFile> {
    const entry = await this.#enter(path)
    return { fd: entry.fd, release: () => this.#leave(entry) }
  }

  async #enter(path: string): Promise<Entry> {
    const entry = this.#entries.get(path) ?? (await this.#open(path))
    entry.users++
    return entry
  }

  #leave(entry: Entry): Promise<void> {
    entry.users--
    return this.#settle(entry)
  }

  /** Closes the file as soon as nobody uses it; to be called before or after it is removed or renamed. */
  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    entry.forgotten = true
    if (entry.users === 0) await closeFile(entry.fd)
  }

  /** Gives back what can be: the process has no descriptors left. False where nothing could. */
  async closeUnused(): Promise<boolean> {
    const unused = [...this.#entries.values()].filter(entry => entry.users === 0)
    for (const { path } of unused) await this.forget(path)
    return unused.length > 0
  }

  async close(): Promise<void> {
    for (const path of [...this.#entries.keys()]) await this.forget(path)
  }

  async #open(path: string): Promise<Entry> {
    const opening = this.#opening.get(path) ?? this.#openNew(path)
    return await opening
  }

  #openNew(path: string): Promise<Entry> {
    const opening = this.#openFile(path)
      .then(fd => {
        const entry = { path, fd, users: 0, forgotten: false }
        this.#entries.set(path, entry)
        return entry
      })
      .finally(() => this.#opening.delete(path))
    this.#opening.set(path, opening)
    return opening
  }

  async #openFile(path: string): Promise<number> {
    try {
      return await openFile(path, 'r+')
    } catch (error) {
      if (!isOutOfDescriptors(error) || !(await this.closeUnused())) throw error
      return await openFile(path, 'r+')
    }
  }

  async #settle(entry: Entry): Promise<void> {
    if (entry.forgotten) {
      if (entry.users === 0) await closeFile(entry.fd)
      return
    }
    if (this.#entries.size <= this.#maxOpen) return
    this.#entries.delete(entry.path)
    this.#entries.set(entry.path, entry)
    for (const candidate of this.#entries.values()) {
      if (candidate.users > 0) continue
      await this.forget(candidate.path)
      return
    }
  }
}

/** Of the process, or of the whole machine. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'EMFILE' || code === 'ENFILE'
}
