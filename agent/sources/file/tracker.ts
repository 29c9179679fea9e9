import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../../../lib/base/index.ts'
import { Adopter } from './adopter.ts'
import { holds } from './content.ts'
import type { Listing } from './discovery.ts'
import { shownPath } from './file-path.ts'
import { statusOf } from './inspect.ts'
import { Missed } from './missed.ts'
import { lookAtOpen } from './open-files.ts'
import { Rotated } from './rotated.ts'
import { type Entry, isSameBirth, keyOf, TrackedFile } from './tracked-file.ts'
import { type TrackerOptions, Tracking } from './tracking.ts'

/** Looks between which others in the process have their turn. */
const looksPerTurn = 2_000

/**
 * Decides which file is which. The cases, and what becomes of the generation that was being read:
 *
 * - grown: goes on
 * - renamed, to a name that matches or not: found again by its inode in the same folder (or where its link led), goes on
 * - deleted: goes on to its end while it is open, or in what a rotation compressed of it
 * - truncated or written anew: ends, unless a copy with the same content up to the position lies beside it
 *   (copytruncate): then goes on in the copy. What stands at the path is a new generation
 * - copied, compressed or not, while it still stands: the copy is left alone
 * - an inode that something else was given since: born at another time, or content differs: a new generation
 *
 * Content decides, by checksums of the first KiB and of the bytes before the position; names only say where to look.
 */
export class Tracker {
  readonly #tracking: Tracking
  readonly #adopter: Adopter
  readonly #rotated: Rotated
  readonly #missed: Missed
  #restedMs = 0
  #hasTraced = false

  constructor(options: TrackerOptions) {
    this.#tracking = new Tracking(options)
    this.#adopter = new Adopter(this.#tracking)
    this.#rotated = new Rotated(this.#tracking)
    this.#missed = new Missed(this.#tracking, this.#rotated)
  }

  get files(): ReadonlySet<TrackedFile> {
    return this.#tracking.followed.all
  }

  /** By the path at which they began. */
  get bySource(): Iterable<[string, Iterable<TrackedFile>]> {
    return this.#tracking.followed.bySource
  }

  /**
   * Looks at every path that matches, or at those alone that lead to nothing known, oldest content first. Answers how long
   * looking kept the process busy, in milliseconds.
   */
  async scan(what: 'all' | 'new'): Promise<number> {
    const { clock } = this.#tracking.options
    const startMs = clock.monotonicMs()
    this.#restedMs = 0
    this.#tracking.beginScan()
    this.#rotated.lookAnew()
    const listing = this.#tracking.options.list()
    const entries = await this.#look(listing, what === 'new')
    const lookedMs = clock.monotonicMs() - startMs - this.#restedMs
    entries.sort((a, b) => a.modifiedMs - b.modifiedMs)
    const unknown: Entry[] = []
    for (const entry of entries) if (!(await this.#recognise(entry))) unknown.push(entry)
    for (const file of this.files) if (this.#isAway(file, listing)) await this.#trace(file)
    // by inode first: a copy is only one where what it was made of is not found
    const unresumed: Entry[] = []
    for (const entry of unknown) if (!(await this.#adopter.resume(entry))) unresumed.push(entry)
    const isFirst = !this.#hasTraced
    if (isFirst) await this.#traceForgotten()
    for (const entry of unresumed) if (!this.#tracking.followed.has(entry)) await this.#adopt(entry, listing)
    // of what was read last before the agent ended nothing may be known
    if (isFirst) await this.#adoptMissed(this.files, listing)
    this.#adopter.endOfScan()
    return lookedMs
  }

  async #adopt(entry: Entry, listing: Listing): Promise<void> {
    const file = await this.#adopter.adopt(entry)
    if (file !== undefined) await this.#adoptMissed([file], listing)
  }

  async #adoptMissed(files: Iterable<TrackedFile>, listing: Listing): Promise<void> {
    for (const file of [...files])
      for (const missed of this.#missed.before(file, listing)) await this.#adopter.adoptRotated(missed, file)
  }

  /** Those that match and are not followed as they are, and those that changed since they were last looked at. */
  async #look({ paths }: Listing, onlyNew: boolean): Promise<Entry[]> {
    const entries: Entry[] = []
    let looked = 0
    for (const path of paths) {
      if (++looked % looksPerTurn === 0) await this.#rest()
      const file = this.#tracking.followed.at(path)
      try {
        if (file !== undefined && (onlyNew || isUnchanged(file, path))) {
          this.#tracking.sawMatching(file)
          continue
        }
        const entry = this.#tracking.options.looker.look(path)
        if (entry !== undefined && !this.#tracking.followed.isAnothers(entry)) entries.push(entry)
      } catch (error) {
        // it is not known to be gone
        if (file !== undefined) file.seenInScan = this.#tracking.scan
        const attributes = { path: shownPath(path), error: messageOf(error) }
        this.#tracking.options.troubles.warn(
          'cannot look at a file: give the agent access to its folder',
          attributes,
          path,
        )
      }
    }
    return entries
  }

  async #rest(): Promise<void> {
    const startMs = this.#tracking.nowMs()
    await setImmediate()
    this.#restedMs += this.#tracking.nowMs() - startMs
  }

  #isAway(file: TrackedFile, { isUncertain }: Listing): boolean {
    if (file.seenInScan === this.#tracking.scan) return false
    if (file.path !== undefined && isUncertain(file.path)) return false
    if (file.leftMs === undefined) return true
    if (file.path === undefined) return file.fd === undefined
    const status = statusOf(file.path)
    if (status?.ino !== Number(file.inode)) return true
    file.saw(status.size, status.mtimeMs, this.#tracking.nowMs())
    return false
  }

  /** What stood in the file up to its position no longer does. */
  async replaced(file: TrackedFile): Promise<void> {
    this.#rotated.lookAnew()
    this.#tracking.followed.displace(file)
    this.#tracking.followed.forgetInode(file)
    this.#tracking.options.close(file)
    if (!(await this.#rotated.recoverCopy(file))) this.#tracking.retire(file)
  }

  /** Its path no longer leads to it. */
  displaced(file: TrackedFile): void {
    this.#tracking.followed.displace(file)
  }

  /** Lets other sources have its files. */
  release(): void {
    this.#tracking.release()
  }

  /** Nothing more is expected of it. */
  retire(file: TrackedFile): void {
    this.#tracking.retire(file)
  }

  /** Whether the entry is the file that has its inode; where not, the file has ended or moved into a copy. */
  async #recognise(entry: Entry): Promise<boolean> {
    const file = this.#tracking.followed.withInode(entry)
    if (file === undefined) return false
    if (!(await this.#isSame(file, entry))) {
      await this.replaced(file)
      return false
    }
    this.#tracking.sawMatching(file)
    return true
  }

  async #isSame(file: TrackedFile, entry: Entry): Promise<boolean> {
    if (!isSameBirth(file, entry)) return false
    if (file.path === entry.path) {
      if (!file.isArchive && entry.size < file.offset) return false
      this.#tracking.saw(file, entry)
      return true
    }
    // one file under two names is read once
    if (file.path !== undefined && this.#isAt(file, file.path)) return true
    // it may have been cut before it was renamed; or have been renamed once more, which the next look sees
    const isSame = await holds(entry, file)
    if (!this.#tracking.options.looker.isStill(entry)) return true
    if (isSame) this.#tracking.move(file, entry)
    return isSame
  }

  #isAt(file: TrackedFile, path: string): boolean {
    const there = this.#tracking.options.looker.look(path)
    return there !== undefined && keyOf(there) === file.key && isSameBirth(there, file)
  }

  /** A file whose path is gone or leads elsewhere: renamed to where the patterns do not look, or deleted. */
  async #trace(file: TrackedFile): Promise<void> {
    const near = file.path ?? file.source
    file.leftMs ??= this.#tracking.nowMs()
    file.leftInScan = Math.min(file.leftInScan, this.#tracking.scan)
    const entry = await this.#rotated.findMoved(file)
    this.#tracking.followed.displace(file)
    if (entry !== undefined) this.#tracking.move(file, entry)
    // it may have grown since it was last seen, and then gone: what has it in a copy is not new
    else lookAtOpen(file, this.#tracking.nowMs())
    if (entry !== undefined || file.fd !== undefined) return
    // it may have been renamed once more since its folder was listed: it is gone when the next look does not find it
    if (file.missedInScan < 0) {
      file.missedInScan = this.#tracking.scan
      return
    }
    const lostBytes = file.lagBytes
    if (await this.#rotated.recoverCopy(file)) return
    if (lostBytes > 0) {
      const attributes = { path: shownPath(near), lostBytes }
      this.#tracking.options.troubles.warn('a file went before it was read to its end', attributes, near)
    }
    this.#tracking.retire(file)
  }

  /** Generations that were being read when the agent stopped and that no matching path has: rotated meanwhile. */
  async #traceForgotten(): Promise<void> {
    for (const position of this.#tracking.options.positions.all()) {
      if (
        position.done ||
        this.#tracking.isFollowed(position) ||
        !this.#tracking.options.owns(position.source)
      )
        continue
      const file = new TrackedFile(position, this.#tracking.nowMs())
      file.size = file.offset
      if (this.#tracking.followed.at(position.path) !== undefined) file.path = undefined
      this.#tracking.follow(file)
      await this.#trace(file)
    }
    this.#hasTraced = true
  }
}

function isUnchanged(file: TrackedFile, path: string): boolean {
  const status = statusOf(path)
  if (status === undefined) return false
  return status.ino === Number(file.inode) && status.size === file.size && status.mtimeMs === file.modifiedMs
}
