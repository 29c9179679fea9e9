import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, codeOf, type Logger, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import { pathOf, shownPath, systemPath } from './file-path.ts'
import { anyFolders, type Glob, type Segment } from './glob.ts'
import { isAbsence } from './inspect.ts'

/** More files than this in one source are not followed; it is said. */
const maxFiles = 200_000
const maxDirectoryDepth = 32
/** A folder that changed so short a time before it was read may change again within the same tick of its clock. */
const settleMs = 1_000
/** Read again by then though it does not seem to have changed: not every network file system tells. */
const rereadMs = 60_000
const replacement = '\ufffd'
/** Reasons why a folder cannot be read that have nothing to do with the folder. */
const shortages = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/** Paths that match at one time. */
export interface Listing {
  paths: ReadonlySet<string>
  /** Whether a path that is not among them may be there all the same: its folder could not be read. */
  isUncertain: (path: string) => boolean
}

export interface DiscoveryOptions {
  glob: Glob
  clock: Clock
  logger: Logger
  troubles: OnceAMinute
}

interface Named {
  name: string
  isFolder: boolean
  isFile: boolean
  isLink: boolean
}

/** A folder as it was when it was last read. */
interface Folder {
  /** Tells whether it has changed. */
  signature: string
  /** Since when it has had that signature, as far as was seen. */
  sinceMs: number
  readMs: number
  isRefused: boolean
  entries: readonly Named[]
  /** Paths of files in it that match, by the last part of the pattern. */
  matching: Map<Segment, readonly string[]>
}

/**
 * Finds the files that match a glob. Folders are remembered as they were read, and read again when they have changed,
 * so that looking again costs one call per folder, however many files are in it. Folders behind symbolic links are not
 * entered by `**`, so links cannot make circles; linked files are found. A folder that may not be read is named once.
 */
export class Discovery {
  readonly #options: DiscoveryOptions
  #folders = new Map<string, Folder>()
  /** Those that were met in the listing under way. */
  #met = new Map<string, Folder>()
  readonly #refused = new Map<string, string>()

  constructor(options: DiscoveryOptions) {
    this.#options = options
  }

  /** Paths that match now, in no order, each once. */
  list(): Listing {
    const { glob, troubles } = this.#options
    this.#met = new Map()
    const paths = new Set<string>()
    for (const segments of glob.includes) this.#walk('/', segments, 0, 0, paths)
    if (paths.size >= maxFiles)
      troubles.warn('more files match than are followed: narrow the patterns down', { limit: maxFiles })
    this.#folders = this.#met
    for (const path of this.#refused.keys()) if (!this.#folders.has(path)) this.#refused.delete(path)
    const refused = [...this.#folders].filter(([, { isRefused }]) => isRefused).map(([path]) => `${path}/`)
    return { paths, isUncertain: path => refused.some(folder => path.startsWith(folder)) }
  }

  /** Whether a folder has changed since the last listing: one call per folder. */
  hasChanged(): boolean {
    for (const [path, folder] of this.#folders) {
      if (!isSettled(folder) || signatureOf(path) !== folder.signature) return true
    }
    return false
  }

  #walk(folder: string, segments: readonly Segment[], index: number, depth: number, into: Set<string>): void {
    const segment = segments[index]
    if (segment === undefined || depth > maxDirectoryDepth || into.size >= maxFiles) return
    if (typeof segment === 'string') this.#walkNamed(folder, segment, segments, index, depth, into)
    else if (segment === anyFolders) this.#walkBelow(folder, segments, index, depth, into)
    else if (index < segments.length - 1) this.#walkMatching(folder, segment, segments, index, depth, into)
    else this.#take(this.#matching(folder, segment), into)
  }

  #take(paths: readonly string[], into: Set<string>): void {
    for (const path of paths) {
      if (into.size >= maxFiles) return
      into.add(path)
    }
  }

  #walkNamed(
    folder: string,
    name: string,
    segments: readonly Segment[],
    index: number,
    depth: number,
    into: Set<string>,
  ): void {
    const path = join(folder, name)
    if (index < segments.length - 1) this.#walk(path, segments, index + 1, depth, into)
    else if (this.#isFile(path) && !this.#options.glob.isExcluded(path)) into.add(path)
  }

  #walkBelow(
    folder: string,
    segments: readonly Segment[],
    index: number,
    depth: number,
    into: Set<string>,
  ): void {
    this.#walk(folder, segments, index + 1, depth, into)
    for (const { isFolder, name } of this.#read(folder).entries)
      if (isFolder && !name.startsWith('.')) this.#walk(join(folder, name), segments, index, depth + 1, into)
  }

  #walkMatching(
    folder: string,
    name: RegExp,
    segments: readonly Segment[],
    index: number,
    depth: number,
    into: Set<string>,
  ): void {
    for (const entry of this.#read(folder).entries)
      if (!entry.isFile && name.test(entry.name))
        this.#walk(join(folder, entry.name), segments, index + 1, depth + 1, into)
  }

  /** Links among them may lead to anything: what stands there is for the one who looks to see. */
  #matching(path: string, name: RegExp): readonly string[] {
    const folder = this.#read(path)
    const known = folder.matching.get(name)
    if (known !== undefined) return known
    const found = folder.entries
      .filter(entry => (entry.isFile || entry.isLink) && name.test(entry.name))
      .map(entry => join(path, entry.name))
      .filter(file => !this.#options.glob.isExcluded(file))
    folder.matching.set(name, found)
    return found
  }

  #read(path: string): Folder {
    const met = this.#met.get(path)
    if (met !== undefined) return met
    const known = this.#folders.get(path)
    const folder = known !== undefined && this.#isCurrent(path, known) ? known : this.#readAnew(path, known)
    this.#met.set(path, folder)
    return folder
  }

  #isCurrent(path: string, folder: Folder): boolean {
    if (!isSettled(folder) || this.#options.clock.monotonicMs() - folder.readMs > rereadMs) return false
    return signatureOf(path) === folder.signature
  }

  #readAnew(path: string, known: Folder | undefined): Folder {
    const readMs = this.#options.clock.monotonicMs()
    const signature = signatureOf(path)
    const sinceMs = known?.signature === signature ? known.sinceMs : readMs
    const about = { signature, sinceMs, readMs, matching: new Map() }
    try {
      const entries = namedIn(path)
      this.#refused.delete(path)
      return { ...about, entries, isRefused: false }
    } catch (error) {
      if (isAbsence(error)) return { ...about, entries: [], isRefused: false }
      this.#refuse(path, error)
      return { ...about, entries: known?.entries ?? [], isRefused: true }
    }
  }

  /** What is in it is not known, which is not to say that it is gone. */
  #refuse(path: string, error: unknown): void {
    const code = codeOf(error) ?? ''
    if (this.#refused.get(path) === code) return
    this.#refused.set(path, code)
    const remedy = shortages.has(code)
      ? 'raise what the system grants the agent'
      : 'let the agent read it, or exclude it'
    this.#options.logger.warn(`cannot look for files in a folder: ${remedy}`, {
      path: shownPath(path),
      error: messageOf(error),
    })
  }

  #isFile(path: string): boolean {
    try {
      return statSync(systemPath(path), { throwIfNoEntry: false })?.isFile() === true
    } catch (error) {
      if (!isAbsence(error)) this.#refuse(path, error)
      return false
    }
  }
}

/** It was read long enough after it had changed. */
function isSettled({ readMs, sinceMs }: Folder): boolean {
  return readMs - sinceMs >= settleMs
}

function signatureOf(path: string): string {
  try {
    const stat = statSync(systemPath(path), { throwIfNoEntry: false })
    return stat === undefined ? 'absent' : `${stat.dev}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`
  } catch {
    // whoever reads it meets the same and says so
    return 'refused'
  }
}

function namedIn(folder: string): Named[] {
  const entries = readdirSync(systemPath(folder), { withFileTypes: true })
  if (!entries.some(entry => entry.name.includes(replacement))) return entries.map(e => named(e, e.name))
  const raw = readdirSync(systemPath(folder), { withFileTypes: true, encoding: 'buffer' })
  return raw.map(entry => named(entry, pathOf(entry.name)))
}

function named(entry: Dirent<string> | Dirent<Buffer>, name: string): Named {
  return { name, isFolder: entry.isDirectory(), isFile: entry.isFile(), isLink: entry.isSymbolicLink() }
}
