import { isArchive } from './archive/archive.ts'
import { headOf, holds, isHeadOf } from './content.ts'
import { judgeCopy, type Verdict } from './copies.ts'
import { isTooLate } from './gone.ts'
import { targetOf } from './inspect.ts'
import { type FilePosition, headBytes } from './position.ts'
import { familyOf, isRelated, originalsOf } from './rotation.ts'
import { Strangers } from './strangers.ts'
import { type Entry, isSameBirth, TrackedFile } from './tracked-file.ts'
import { mayMoveTo, type Tracking } from './tracking.ts'

/** A compressed file that has not stayed as it is for so long may still be being written. */
const archiveSettleMs = 1_000

/** Decides what becomes of something that matches and is not followed: a file that was read before, a copy of one, or a new one. */
export class Adopter {
  readonly #tracking: Tracking
  readonly #strangers: Strangers

  constructor(tracking: Tracking) {
    this.#tracking = tracking
    this.#strangers = new Strangers(tracking.options.clock)
  }

  endOfScan(): void {
    this.#strangers.endOfScan()
  }

  /** A file that was read before, by its inode and its content. */
  async resume(entry: Entry): Promise<boolean> {
    if (this.#tracking.followed.has(entry)) return true
    for (const position of this.#tracking.known().withInode(entry)) {
      if (this.#tracking.isFollowed(position) || !isSameBirth(position, entry)) continue
      if (!(await holds(entry, position))) continue
      this.#follow(position, entry)
      return true
    }
    return false
  }

  /** A path that leads to nothing that is being followed, nor was. */
  async adopt(entry: Entry): Promise<TrackedFile | undefined> {
    const ageMs = this.#strangers.ageMs(entry)
    if (isArchive(entry.path) && ageMs < archiveSettleMs) return undefined
    if (this.#strangers.isCopy(entry)) return undefined
    if ((await this.#judge(entry, ageMs)) !== 'other') return undefined
    // where it has been renamed meanwhile, another's content was judged
    return this.#tracking.options.looker.isStill(entry) ? this.#followNew(entry) : undefined
  }

  /** A generation of a file that a rotation has brought to where the patterns need not look. */
  async adoptRotated(entry: Entry, { source, target, birth }: TrackedFile): Promise<void> {
    // what is older cannot be a copy of what stands there now; born in one tick of the file system, it may be
    const ageMs = entry.birth === birth ? 0 : Number.POSITIVE_INFINITY
    if ((await this.#judge(entry, ageMs)) !== 'other') return
    const file = this.#begin(entry, source, target)
    file.leftMs = this.#tracking.nowMs()
    this.#tracking.options.onNew(file, false)
  }

  async #judge(entry: Entry, ageMs: number): Promise<Verdict> {
    for (const file of this.#originals(entry)) {
      const verdict = await judgeCopy(entry, file, this.#tracking.options.looker, ageMs)
      if (verdict === 'rest') this.#goOnIn(file, entry)
      if (verdict === 'copy') this.#strangers.isCopyOf(entry, file)
      if (verdict !== 'other') return verdict
    }
    return await this.#judgeByPositions(entry)
  }

  /** Those that something may be a copy of: what stands at an original's path, and what stands nowhere any more. */
  *#originals(entry: Entry): Generator<TrackedFile> {
    const { followed } = this.#tracking
    for (const file of followed.astray)
      if (
        isRelated(entry.path, file.origins) &&
        mayMoveTo(file, entry) &&
        !this.#isLate(entry, file.leftInScan)
      )
        yield file
    for (const path of originalsOf(entry.path)) {
      const file = followed.at(path) ?? followed.behind(path)
      if (file !== undefined && mayMoveTo(file, entry)) yield file
    }
  }

  /** What is compressed may be of what has been moved out of sight for long. */
  #isLate(entry: Entry, missedInScan: number): boolean {
    const scansKnown = isArchive(entry.path) ? undefined : this.#strangers.scansKnown(entry)
    return scansKnown !== undefined && isTooLate(this.#tracking.scan - scansKnown, missedInScan)
  }

  #goOnIn(file: TrackedFile, entry: Entry): void {
    this.#tracking.options.close(file)
    this.#tracking.move(file, entry)
    this.#tracking.sawMatching(file)
  }

  /** A copy of a generation that is no longer there itself: its rest, where it has one, is read here. */
  async #judgeByPositions(entry: Entry): Promise<Verdict> {
    const candidates = this.#tracking.known().inFamily(familyOf(entry.path))
    if (candidates.size === 0) return 'other'
    const head = await headOf(entry)
    for (const position of candidates) {
      if (this.#tracking.isFollowed(position) || !mayMoveTo(position, entry) || !isHeadOf(head, position))
        continue
      if (this.#isLate(entry, this.#tracking.gone.inScan(position))) continue
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

  #followNew(entry: Entry): TrackedFile {
    const file = this.#begin(entry, entry.path, targetOf(entry.path))
    this.#tracking.options.onNew(file, this.#strangers.wasThereFirst(entry))
    return file
  }

  #begin(entry: Entry, source: string, target: string): TrackedFile {
    const { path, device, inode, birth } = entry
    const identity = { path, device, inode, birth, target }
    const sums = { offset: 0, headLength: 0, headSum: 0, tailSum: 0 }
    const state = { skipping: false, continuing: false, done: false }
    const generation = this.#tracking.options.newGeneration()
    return this.#follow({ source, generation, ...identity, ...sums, ...state }, entry)
  }

  #follow(position: FilePosition, entry: Entry): TrackedFile {
    const { path, device, inode, size, modifiedMs } = entry
    const nowMs = this.#tracking.nowMs()
    const birth = entry.birth === '' ? position.birth : entry.birth
    const target = position.target === '' ? targetOf(path) : position.target
    const file = new TrackedFile({ ...position, path, target, device, inode, birth }, nowMs)
    file.saw(size, modifiedMs, nowMs)
    if (file.isArchive && position.done) file.readToEnd(nowMs)
    file.seenInScan = this.#tracking.scan
    this.#tracking.followed.displaceAt(path)
    this.#tracking.follow(file)
    return file
  }
}
