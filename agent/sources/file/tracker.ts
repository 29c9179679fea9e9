import { dirname } from 'node:path'
import type { Clock, OnceAMinute } from '../../../lib/base/index.ts'
import { isCopyOf } from './copies.ts'
import { beginsLike, holds, lookAt, siblingsOf } from './inspect.ts'
import { type FilePosition, headBytes } from './position.ts'
import type { Positions } from './positions.ts'
import { isRotationOf } from './rotation.ts'
import { type Entry, keyOf, TrackedFile } from './tracked-file.ts'

/** A compressed file younger than this may still be being written. */
const gzipSettleMs = 1_000

export interface TrackerOptions {
  list: () => string[]
  /** Whether a generation that began at this path is this source's to follow. */
  owns: (source: string) => boolean
  positions: Positions
  clock: Clock
  troubles: OnceAMinute
  newGeneration: () => string
  /** Lets go of a file's handle. */
  close: (file: TrackedFile) => Promise<void>
}

/**
 * Decides which file is which. The cases, and what becomes of the generation that was being read:
 *
 * - grown: goes on
 * - renamed, to a name that matches or not: found again by its inode in the same folder, goes on to its end
 * - deleted: goes on to its end while it is open
 * - truncated or written anew: ends, unless a copy with the same content up to the position lies beside it
 *   (copytruncate): then goes on in the copy. What stands at the path is a new generation
 * - copied, compressed or not, while it still stands: the copy is left alone
 * - an inode that something else was given since: content differs, a new generation
 *
 * Content decides, by checksums of the first KiB and of the bytes before the position; names only say where to look.
 */
export class Tracker {
  readonly files = new Set<TrackedFile>()
  readonly #options: TrackerOptions
  readonly #byKey = new Map<string, TrackedFile>()
  readonly #byPath = new Map<string, TrackedFile>()
  #matching: ReadonlySet<string> = new Set()
  #knownPositions: KnownPositions | undefined
  #isFirst = true

  constructor(options: TrackerOptions) {
    this.#options = options
  }

  /** Looks at every path that matches, oldest content first; answers how long the looking took, in milliseconds. */
  async scan(): Promise<number> {
    const startMs = this.#options.clock.monotonicMs()
    this.#knownPositions = undefined
    const entries = this.#options
      .list()
      .map(lookAt)
      .filter(entry => entry !== undefined)
    const lookedMs = this.#options.clock.monotonicMs() - startMs
    entries.sort((a, b) => a.modifiedMs - b.modifiedMs)
    for (const entry of entries) await this.#observe(entry)
    this.#matching = new Set(entries.map(entry => entry.path))
    for (const file of this.files) if (this.#isAway(file)) await this.#trace(file)
    if (this.#isFirst) await this.#traceForgotten()
    this.#isFirst = false
    return lookedMs
  }

  #isAway({ leftMs, path, handle }: TrackedFile): boolean {
    if (leftMs !== undefined) return path === undefined && handle === undefined
    return path === undefined || !this.#matching.has(path)
  }

  /** What stood in the file up to its position no longer does. */
  async replaced(file: TrackedFile): Promise<void> {
    await this.#detach(file)
    if (await this.#recoverCopy(file)) return
    this.retire(file)
  }

  /** Its path no longer leads to it. */
  displaced(file: TrackedFile): void {
    if (file.path !== undefined && this.#byPath.get(file.path) === file) this.#byPath.delete(file.path)
    file.path = undefined
  }

  /** It was renamed and is read to its end: followed on only under a name that matches. */
  finished(file: TrackedFile): void {
    const isMatched = file.path !== undefined && this.#matching.has(file.path)
    if (isMatched) file.leftMs = undefined
    else this.retire(file)
  }

  /** Nothing more is expected of it. */
  retire(file: TrackedFile): void {
    this.displaced(file)
    if (this.#byKey.get(file.key) === file) this.#byKey.delete(file.key)
    this.files.delete(file)
    this.#options.positions.followed.delete(file.generation)
    this.#options.positions.finish(file.generation)
  }

  async #observe(entry: Entry): Promise<void> {
    const file = this.#byKey.get(keyOf(entry))
    if (file !== undefined && (await this.#recognise(file, entry))) return
    const other = this.#byPath.get(entry.path)
    if (other !== undefined) this.displaced(other)
    await this.#adopt(entry)
  }

  /** Whether the entry is the file that has its inode; where not, the file has ended or moved into a copy. */
  async #recognise(file: TrackedFile, entry: Entry): Promise<boolean> {
    const nowMs = this.#options.clock.monotonicMs()
    if (file.path === entry.path) {
      if (file.isGzip || entry.size >= file.offset) {
        file.sawSize(entry.size, nowMs)
        return true
      }
      await this.replaced(file)
      return false
    }
    const there = file.path === undefined ? undefined : lookAt(file.path)
    // one file under two names is read once
    if (there !== undefined && keyOf(there) === file.key) return true
    // an inode cannot be given away while the file is open
    if (file.handle !== undefined || (await holds(entry, file))) {
      this.#move(file, entry)
      file.leftMs ??= nowMs
      return true
    }
    await this.replaced(file)
    return false
  }

  #move(file: TrackedFile, entry: Entry): void {
    this.displaced(file)
    file.path = entry.path
    this.#byPath.set(entry.path, file)
    file.sawSize(entry.size, this.#options.clock.monotonicMs())
  }

  /** A path that leads to nothing that is being followed. */
  async #adopt(entry: Entry): Promise<void> {
    const isGzip = entry.path.endsWith('.gz')
    const nowMs = this.#options.clock.nowMs()
    if (isGzip && nowMs - entry.modifiedMs < gzipSettleMs) return
    if (await this.#resume(entry, isGzip)) return
    for (const file of this.files)
      if (isRotationOf(entry.path, file.source) && (await isCopyOf(entry, file, nowMs))) return
    if (await this.#resumeInCopy(entry, isGzip)) return
    this.#followNew(entry)
  }

  /** A file that was read before, by its inode and its content. */
  async #resume(entry: Entry, isGzip: boolean): Promise<boolean> {
    for (const position of this.#known().byKey.get(keyOf(entry)) ?? []) {
      if (this.#options.positions.followed.has(position.generation) || !(await holds(entry, position)))
        continue
      const file = this.#follow(position, entry)
      if (isGzip && position.done) file.readSize = file.size
      return true
    }
    return false
  }

  /** A copy of a generation that is no longer there itself: its rest, where it has one, is read here. */
  async #resumeInCopy(entry: Entry, isGzip: boolean): Promise<boolean> {
    for (const position of this.#known().byFolder.get(dirname(entry.path)) ?? []) {
      if (
        this.#options.positions.followed.has(position.generation) ||
        !isRotationOf(entry.path, position.source)
      )
        continue
      if (await holds(entry, position)) {
        this.#follow(position, entry)
        return true
      }
      const isShort = !isGzip && entry.size < position.offset && position.headLength === headBytes
      if (isShort && (await beginsLike(entry, position))) return true
    }
    return false
  }

  /** The durable positions by inode and by folder, the latest first; made anew for each scan that needs them. */
  #known(): KnownPositions {
    const { positions, owns } = this.#options
    this.#knownPositions ??= knownPositions(positions.all().filter(({ source }) => owns(source)))
    return this.#knownPositions
  }

  #followNew(entry: Entry): void {
    this.#follow(
      {
        source: entry.path,
        generation: this.#options.newGeneration(),
        path: entry.path,
        device: entry.device,
        inode: entry.inode,
        offset: 0,
        headLength: 0,
        headSum: 0,
        tailSum: 0,
        skipping: false,
        done: false,
      },
      entry,
    )
  }

  #follow(position: FilePosition, entry: Entry): TrackedFile {
    const { path, device, inode, size } = entry
    const nowMs = this.#options.clock.monotonicMs()
    const file = new TrackedFile({ ...position, path, device, inode }, nowMs)
    file.size = size
    this.files.add(file)
    this.#options.positions.followed.add(file.generation)
    this.#byKey.set(file.key, file)
    this.#byPath.set(path, file)
    return file
  }

  /** A file whose path is gone or leads elsewhere: renamed to where the patterns do not look, or deleted. */
  async #trace(file: TrackedFile): Promise<boolean> {
    const nowMs = this.#options.clock.monotonicMs()
    file.leftMs = nowMs
    const near = file.path ?? file.source
    this.displaced(file)
    for (const entry of siblingsOf(near)) {
      if (keyOf(entry) !== file.key) continue
      if (file.handle === undefined && !(await holds(entry, file))) continue
      this.#move(file, entry)
      return true
    }
    if (file.handle !== undefined) return true
    const lostBytes = file.lagBytes
    if (await this.#recoverCopy(file)) return true
    if (lostBytes > 0) {
      const attributes = { path: near, lostBytes }
      this.#options.troubles.warn('a file went before it was read to its end', attributes, near)
    }
    this.retire(file)
    return false
  }

  /** Generations that were being read when the agent stopped and that no matching path has: rotated meanwhile. */
  async #traceForgotten(): Promise<void> {
    for (const position of this.#options.positions.all()) {
      const { done, generation, source } = position
      if (done || this.#options.positions.followed.has(generation) || !this.#options.owns(source)) continue
      const file = new TrackedFile(position, this.#options.clock.monotonicMs())
      this.files.add(file)
      this.#options.positions.followed.add(file.generation)
      if (!this.#byKey.has(file.key)) this.#byKey.set(file.key, file)
      if (this.#byPath.has(position.path)) file.path = undefined
      await this.#trace(file)
    }
  }

  async #detach(file: TrackedFile): Promise<void> {
    this.displaced(file)
    if (this.#byKey.get(file.key) === file) this.#byKey.delete(file.key)
    await this.#options.close(file)
  }

  /** Finds the rest of a generation in a copy that a rotation made beside it. */
  async #recoverCopy(file: TrackedFile): Promise<boolean> {
    if (file.offset === 0) return false
    const copies = siblingsOf(file.source).filter(
      entry => isRotationOf(entry.path, file.source) && !this.#byKey.has(keyOf(entry)),
    )
    copies.sort((a, b) => b.modifiedMs - a.modifiedMs)
    for (const entry of copies) {
      if (entry.path.endsWith('.gz') || !(await holds(entry, file))) continue
      if (this.#byKey.get(file.key) === file) this.#byKey.delete(file.key)
      file.device = entry.device
      file.inode = entry.inode
      this.#byKey.set(file.key, file)
      this.#move(file, entry)
      file.readSize = -1
      file.leftMs = this.#options.clock.monotonicMs()
      return true
    }
    return false
  }
}

interface KnownPositions {
  byKey: Map<string, FilePosition[]>
  byFolder: Map<string, FilePosition[]>
}

function knownPositions(positions: FilePosition[]): KnownPositions {
  const latestFirst = positions.toReversed()
  return {
    byKey: Map.groupBy(latestFirst, keyOf),
    byFolder: Map.groupBy(latestFirst, ({ source }) => dirname(source)),
  }
}
