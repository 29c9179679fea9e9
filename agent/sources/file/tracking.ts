import type { Clock, OnceAMinute } from '../../../lib/base/index.ts'
import { isArchive } from './archive/archive.ts'
import type { Listing } from './discovery.ts'
import { FollowedFiles } from './followed-files.ts'
import { Gone, notLeft } from './gone.ts'
import type { Looker } from './inspect.ts'
import { KnownPositions } from './known-positions.ts'
import type { FilePosition } from './position.ts'
import type { Positions } from './positions.ts'
import { type Entry, isSameBirth, type TrackedFile } from './tracked-file.ts'

/** So much that is as it was read, at a path where another file stands now, and more behind it, is no greeting: the file was replaced by a grown one. */
const provenBytes = 65_536
const nanosPerMs = 1_000_000n

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
  /** When the agent's own folder was made, by the clock of the file system; undefined where that does not tell. */
  agentBirth: bigint | undefined
  /** Closes it, where it is open. */
  close: (file: TrackedFile) => void
}

/** What is known of files, of those that are followed and of those that were: shared by all that decides which is which. */
export class Tracking {
  readonly followed: FollowedFiles
  readonly options: TrackerOptions
  readonly gone = new Gone()
  /** How often there was looked for files. */
  scan = 0
  #known: KnownPositions | undefined

  constructor(options: TrackerOptions) {
    this.options = options
    this.followed = new FollowedFiles(options.positions.followedInodes)
  }

  beginScan(): void {
    this.scan++
    this.#known = undefined
  }

  nowMs(): number {
    return this.options.clock.monotonicMs()
  }

  isFollowed({ generation }: FilePosition): boolean {
    return this.options.positions.followed.has(generation)
  }

  /** Made anew for each scan that needs them. */
  known(): KnownPositions {
    const { positions, owns } = this.options
    this.#known ??= new KnownPositions(
      positions.all().filter(position => !this.isFollowed(position) && owns(position.source)),
    )
    return this.#known
  }

  saw(file: TrackedFile, entry: Entry): void {
    if (file.birth === '') file.birth = entry.birth
    file.saw(entry.size, entry.modifiedMs, this.nowMs())
  }

  sawMatching(file: TrackedFile): void {
    file.seenInScan = this.scan
    file.missedInScan = -1
    file.leftMs = undefined
    file.leftInScan = notLeft
  }

  /** The file stands here now. */
  move(file: TrackedFile, entry: Entry): void {
    this.followed.place(file, entry)
    file.missedInScan = -1
    file.isArchive = isArchive(entry.path)
    this.saw(file, entry)
  }

  follow(file: TrackedFile): void {
    this.options.positions.followed.add(file.generation)
    this.followed.add(file)
  }

  /** The source ends: another one may follow its files, each from its position on. */
  release(): void {
    for (const file of [...this.followed.all]) {
      this.options.positions.followed.delete(file.generation)
      this.followed.delete(file)
    }
  }

  /** Nothing more is expected of it. */
  retire(file: TrackedFile): void {
    this.followed.delete(file)
    const isGone = file.path === undefined && file.leftInScan !== notLeft
    if (isGone) this.gone.add(file.generation, file.leftInScan)
    this.options.positions.leave(file.generation, isGone)
  }
}

/**
 * At the same path equal bytes are no proof while they are few: they may be the greeting of the next generation; nor where there
 * is no more than them: it was written anew, as the output of a job is. The same inode on another device is, where the file
 * system was mounted anew, and so is a file that is older than itself: it was copied with its times, as to another disk.
 */
export function mayMoveTo(
  known: Pick<FilePosition, 'source' | 'target' | 'inode' | 'birth' | 'offset'> & {
    path: string | undefined
  },
  entry: Entry,
): boolean {
  const isSamePath = [known.path, known.source, known.target].includes(entry.path)
  const isSameInode = known.inode === entry.inode && isSameBirth(known, entry)
  const isGrown = known.offset >= provenBytes && entry.size !== known.offset
  return !isSamePath || isSameInode || isGrown || keepsTimes(entry)
}

/** Written last before it was made. */
function keepsTimes({ birth, modifiedMs }: Entry): boolean {
  return birth !== '' && modifiedMs < Number(BigInt(birth) / nanosPerMs) - 1
}
