import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Clock, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import { isArchive } from './archive/archive.ts'
import { headOf, holds, isHeadOf } from './content.ts'
import { judgeCopy, type Verdict } from './copies.ts'
import type { Listing } from './discovery.ts'
import { shownPath } from './file-path.ts'
import { FollowedFiles } from './followed-files.ts'
import { type Looker, statusOf, targetOf } from './inspect.ts'
import { KnownPositions } from './known-positions.ts'
import { type FilePosition, headBytes } from './position.ts'
import type { Positions } from './positions.ts'
import { familyOf, isRelated, originalsOf } from './rotation.ts'
import { Strangers } from './strangers.ts'
import { type Entry, isSameBirth, keyOf, TrackedFile } from './tracked-file.ts'

/** A compressed file that has not stayed as it is for so long may still be being written. */
const archiveSettleMs = 1_000
/** Siblings looked through for a renamed or copied file. */
const maxSiblings = 10_000
/** So much that is as it was read, at a path where another file stands now, is no greeting: the file was replaced by an edited one. */
const provenBytes = 65_536
/** Looks between which others in the process have their turn. */
const looksPerTurn = 2_000

export interface TrackerOptions {
  list: () => Listing
  /** Whether a generation that began at this path is this source's to follow. */
  owns: (source: string) => boolean
  /** A file that is not known is about to be followed; whether it was there at the first look. */
  onNew: (file: TrackedFile, wasThereFirst: boolean) => void
  looker: Looker
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
  readonly followed = new FollowedFiles()
  readonly #options: TrackerOptions
  readonly #strangers: Strangers
  #known: KnownPositions | undefined
  #scan = 0
  #restedMs = 0

  constructor(options: TrackerOptions) {
    this.#options = options
    this.#strangers = new Strangers(options.clock)
  }

  get files(): ReadonlySet<TrackedFile> {
    return this.followed.all
  }

  /**
   * Looks at every path that matches, or at those alone that lead to nothing known, oldest content first. Answers how long
   * looking kept the process busy, in milliseconds.
   */
  async scan(what: 'all' | 'new'): Promise<number> {
    const { clock } = this.#options
    const startMs = clock.monotonicMs()
    this.#restedMs = 0
    this.#scan++
    this.#known = undefined
    const listing = this.#options.list()
    const entries = await this.#look(listing, what === 'new')
    const lookedMs = clock.monotonicMs() - startMs - this.#restedMs
    entries.sort((a, b) => a.modifiedMs - b.modifiedMs)
    const unknown: Entry[] = []
    for (const entry of entries) if (!(await this.#recognise(entry))) unknown.push(entry)
    for (const file of this.files) if (this.#isAway(file, listing)) await this.#trace(file)
    // by inode first: a copy is only one where what it was made of is not found
    const unresumed: Entry[] = []
    for (const entry of unknown) if (!(await this.#resume(entry))) unresumed.push(entry)
    if (this.#scan === 1) await this.#traceForgotten()
    for (const entry of unresumed) if (this.followed.withInode(entry) === undefined) await this.#adopt(entry)
    this.#strangers.endOfScan()
    return lookedMs
  }

  /** Those that match and are not followed as they are, and those that changed since they were last looked at. */
  async #look({ paths }: Listing, onlyNew: boolean): Promise<Entry[]> {
    const entries: Entry[] = []
    let looked = 0
    for (const path of paths) {
      if (++looked % looksPerTurn === 0) await this.#rest()
      const file = this.followed.at(path)
      try {
        if (file !== undefined && (onlyNew || isUnchanged(file, path))) {
          this.#sawMatching(file)
          continue
        }
        const entry = this.#options.looker.look(path)
        if (entry !== undefined) entries.push(entry)
      } catch (error) {
        // it is not known to be gone
        if (file !== undefined) file.seenInScan = this.#scan
        const attributes = { path: shownPath(path), error: messageOf(error) }
        this.#options.troubles.warn(
          'cannot look at a file: give the agent access to its folder',
          attributes,
          path,
        )
      }
    }
    return entries
  }

  async #rest(): Promise<void> {
    const startMs = this.#options.clock.monotonicMs()
    await setImmediate()
    this.#restedMs += this.#options.clock.monotonicMs() - startMs
  }

  #isAway(file: TrackedFile, { isUncertain }: Listing): boolean {
    if (file.seenInScan === this.#scan) return false
    if (file.path !== undefined && isUncertain(file.path)) return false
    if (file.leftMs === undefined) return true
    if (file.path === undefined) return file.handle === undefined
    const status = statusOf(file.path)
    if (status?.ino !== Number(file.inode)) return true
    file.saw(status.size, status.mtimeMs, this.#options.clock.monotonicMs())
    return false
  }

  /** What stood in the file up to its position no longer does. */
  async replaced(file: TrackedFile): Promise<void> {
    this.followed.displace(file)
    this.followed.forgetInode(file)
    await this.#options.close(file)
    if (!(await this.#recoverCopy(file))) this.retire(file)
  }

  /** Its path no longer leads to it. */
  displaced(file: TrackedFile): void {
    this.followed.displace(file)
  }

  /** Nothing more is expected of it. */
  retire(file: TrackedFile): void {
    this.followed.delete(file)
    this.#options.positions.leave(file.generation)
  }

  /** Whether the entry is the file that has its inode; where not, the file has ended or moved into a copy. */
  async #recognise(entry: Entry): Promise<boolean> {
    const file = this.followed.withInode(entry)
    if (file === undefined) return false
    if (!(await this.#isSame(file, entry))) {
      await this.replaced(file)
      return false
    }
    this.#sawMatching(file)
    return true
  }

  #sawMatching(file: TrackedFile): void {
    file.seenInScan = this.#scan
    file.leftMs = undefined
  }

  async #isSame(file: TrackedFile, entry: Entry): Promise<boolean> {
    if (!isSameBirth(file, entry)) return false
    if (file.path === entry.path) {
      if (!file.isArchive && entry.size < file.offset) return false
      this.#saw(file, entry)
      return true
    }
    // one file under two names is read once
    if (file.path !== undefined && this.#isAt(file, file.path)) return true
    // it may have been cut before it was renamed
    if (!(await holds(entry, file))) return false
    this.#move(file, entry)
    return true
  }

  #isAt(file: TrackedFile, path: string): boolean {
    const there = this.#options.looker.look(path)
    return there !== undefined && keyOf(there) === file.key && isSameBirth(there, file)
  }

  #saw(file: TrackedFile, entry: Entry): void {
    if (file.birth === '') file.birth = entry.birth
    file.saw(entry.size, entry.modifiedMs, this.#options.clock.monotonicMs())
  }

  #move(file: TrackedFile, entry: Entry): void {
    this.followed.place(file, entry)
    file.isArchive = isArchive(entry.path)
    this.#saw(file, entry)
  }

  /** A file that was read before, by its inode and its content. */
  async #resume(entry: Entry): Promise<boolean> {
    if (this.followed.withInode(entry) !== undefined) return true
    for (const position of this.#knownPositions().withInode(entry)) {
      if (this.#isFollowed(position) || !isSameBirth(position, entry)) continue
      if (!(await holds(entry, position))) continue
      this.#follow(position, entry)
      return true
    }
    return false
  }

  /** A path that leads to nothing that is being followed, nor was. */
  async #adopt(entry: Entry): Promise<void> {
    const ageMs = this.#strangers.ageMs(entry)
    if (isArchive(entry.path) && ageMs < archiveSettleMs) return
    if (this.#strangers.isCopy(entry)) return
    if ((await this.#judge(entry, ageMs)) === 'other') this.#followNew(entry)
  }

  async #judge(entry: Entry, ageMs: number): Promise<Verdict> {
    for (const file of this.#originals(entry)) {
      const verdict = await judgeCopy(entry, file, this.#options.looker, ageMs)
      if (verdict === 'rest') await this.#goOnIn(file, entry)
      if (verdict === 'copy') this.#strangers.isCopyOf(entry, file)
      if (verdict !== 'other') return verdict
    }
    return await this.#judgeByPositions(entry)
  }

  /** Those that something may be a copy of: what stands at an original's path, and what stands nowhere any more. */
  *#originals(entry: Entry): Generator<TrackedFile> {
    const { followed } = this
    for (const file of followed.astray)
      if (isRelated(entry.path, file.origins) && mayMoveTo(file, entry)) yield file
    for (const path of originalsOf(entry.path)) {
      const file = followed.at(path) ?? followed.behind(path)
      if (file !== undefined && mayMoveTo(file, entry)) yield file
    }
  }

  async #goOnIn(file: TrackedFile, entry: Entry): Promise<void> {
    await this.#options.close(file)
    this.#move(file, entry)
    this.#sawMatching(file)
  }

  /** A copy of a generation that is no longer there itself: its rest, where it has one, is read here. */
  async #judgeByPositions(entry: Entry): Promise<Verdict> {
    const candidates = this.#knownPositions().inFamily(familyOf(entry.path))
    if (candidates.size === 0) return 'other'
    const head = await headOf(entry)
    for (const position of candidates) {
      if (this.#isFollowed(position) || !mayMoveTo(position, entry) || !isHeadOf(head, position)) continue
      if (await holds(entry, position)) {
        this.#follow(position, entry)
        return 'rest'
      }
      const isShort =
        !isArchive(entry.path) && entry.size < position.offset && position.headLength === headBytes
      if (isShort) return 'undecided'
    }
    return 'other'
  }

  #isFollowed({ generation }: FilePosition): boolean {
    return this.#options.positions.followed.has(generation)
  }

  /** Made anew for each scan that needs them. */
  #knownPositions(): KnownPositions {
    const { positions, owns } = this.#options
    this.#known ??= new KnownPositions(
      positions.all().filter(position => !this.#isFollowed(position) && owns(position.source)),
    )
    return this.#known
  }

  #followNew(entry: Entry): void {
    const { path, device, inode, birth } = entry
    const identity = { path, device, inode, birth, target: targetOf(path) }
    const sums = { offset: 0, headLength: 0, headSum: 0, tailSum: 0 }
    const state = { skipping: false, continuing: false, done: false }
    const generation = this.#options.newGeneration()
    const file = this.#follow({ source: path, generation, ...identity, ...sums, ...state }, entry)
    this.#options.onNew(file, this.#strangers.wasThereFirst(entry))
  }

  #follow(position: FilePosition, entry: Entry): TrackedFile {
    const { path, device, inode, size, modifiedMs } = entry
    const nowMs = this.#options.clock.monotonicMs()
    const birth = entry.birth === '' ? position.birth : entry.birth
    const target = position.target === '' ? targetOf(path) : position.target
    const file = new TrackedFile({ ...position, path, target, device, inode, birth }, nowMs)
    file.saw(size, modifiedMs, nowMs)
    if (file.isArchive && position.done) file.readToEnd(nowMs)
    file.seenInScan = this.#scan
    this.#options.positions.followed.add(file.generation)
    this.followed.displaceAt(path)
    this.followed.add(file)
    return file
  }

  /** A file whose path is gone or leads elsewhere: renamed to where the patterns do not look, or deleted. */
  async #trace(file: TrackedFile): Promise<void> {
    const near = file.path ?? file.source
    file.leftMs ??= this.#options.clock.monotonicMs()
    const entry = await this.#findMoved(file)
    this.followed.displace(file)
    if (entry !== undefined) this.#move(file, entry)
    if (entry !== undefined || file.handle !== undefined) return
    const lostBytes = file.lagBytes
    if (await this.#recoverCopy(file)) return
    if (lostBytes > 0) {
      const attributes = { path: shownPath(near), lostBytes }
      this.#options.troubles.warn('a file went before it was read to its end', attributes, near)
    }
    this.retire(file)
  }

  async #findMoved(file: TrackedFile): Promise<Entry | undefined> {
    for (const entry of this.#siblings(file)) {
      if (keyOf(entry) !== file.key || !isSameBirth(entry, file)) continue
      if (await holds(entry, file)) return entry
    }
    return undefined
  }

  /** Files in the folders in which this one may have been moved or copied. */
  #siblings(file: TrackedFile): Entry[] {
    const places = [...file.origins, ...(file.path === undefined ? [] : [file.path])]
    const near = new Map(places.map(path => [dirname(path), path]))
    return [...near.values()].flatMap(path => this.#options.looker.siblings(path, maxSiblings))
  }

  /** Generations that were being read when the agent stopped and that no matching path has: rotated meanwhile. */
  async #traceForgotten(): Promise<void> {
    for (const position of this.#options.positions.all()) {
      if (position.done || this.#isFollowed(position) || !this.#options.owns(position.source)) continue
      const file = new TrackedFile(position, this.#options.clock.monotonicMs())
      file.size = file.offset
      if (this.followed.at(position.path) !== undefined) file.path = undefined
      this.#options.positions.followed.add(file.generation)
      this.followed.add(file)
      await this.#trace(file)
    }
  }

  /** Finds the rest of a generation in a copy that a rotation made beside it. */
  async #recoverCopy(file: TrackedFile): Promise<boolean> {
    if (file.offset === 0 || file.isArchive) return false
    const copies = this.#siblings(file).filter(entry => this.#mayBeCopy(entry, file))
    copies.sort((a, b) => b.modifiedMs - a.modifiedMs)
    for (const entry of copies) {
      if (!(await holds(entry, file)) || (await this.#isAnothers(entry, file))) continue
      this.followed.forgetInode(file)
      this.#move(file, entry)
      file.leftMs ??= this.#options.clock.monotonicMs()
      return true
    }
    return false
  }

  #mayBeCopy(entry: Entry, file: TrackedFile): boolean {
    if (this.followed.withInode(entry) !== undefined || !mayMoveTo(file, entry)) return false
    return isRelated(entry.path, file.origins)
  }

  /** What begins alike may be an older generation that is known itself. */
  async #isAnothers(entry: Entry, file: TrackedFile): Promise<boolean> {
    for (const position of this.#knownPositions().withInode(entry)) {
      if (position.generation === file.generation || !isSameBirth(position, entry)) continue
      if (position.offset > file.offset && (await holds(entry, position))) return true
    }
    return false
  }
}

/**
 * At the same path equal bytes are no proof while they are few: they may be the greeting of the next generation. The same
 * inode on another device is, where the file system was mounted anew.
 */
function mayMoveTo(
  known: Pick<FilePosition, 'source' | 'target' | 'inode' | 'birth' | 'offset'> & {
    path: string | undefined
  },
  entry: Entry,
): boolean {
  const isSamePath = [known.path, known.source, known.target].includes(entry.path)
  const isSameInode = known.inode === entry.inode && isSameBirth(known, entry)
  return !isSamePath || isSameInode || known.offset >= provenBytes
}

function isUnchanged(file: TrackedFile, path: string): boolean {
  const status = statusOf(path)
  if (status === undefined) return false
  return status.ino === Number(file.inode) && status.size === file.size && status.mtimeMs === file.modifiedMs
}
