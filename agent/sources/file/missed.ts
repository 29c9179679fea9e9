import { isArchive } from './archive/archive.ts'
import type { Listing } from './discovery.ts'
import type { Rotated } from './rotated.ts'
import { type Entry, isSameBirth, type TrackedFile } from './tracked-file.ts'
import type { Tracking } from './tracking.ts'

/**
 * Finds generations that came and were rotated away between two looks: the patterns need not match what a rotation makes
 * of a file, so nothing else would ever see them; what matches is found at its own path. They are younger than the generation that was read before, and older than
 * the one that stands there now. Where none was read before, they are younger than the agent itself, and were written
 * since it last had read all there was. What a rotation left before the agent first came is nobody's to read.
 */
export class Missed {
  readonly #tracking: Tracking
  readonly #rotated: Rotated

  constructor(tracking: Tracking, rotated: Rotated) {
    this.#tracking = tracking
    this.#rotated = rotated
  }

  /** Oldest first; none where the file system does not tell when a file was born. */
  before(file: TrackedFile, { paths }: Listing): Entry[] {
    const before = this.#birthBefore(file)
    const since = before ?? this.#firstBirth(file)
    if (since === undefined || file.birth === '') return []
    const until = BigInt(file.birth)
    const { positions } = this.#tracking.options
    const afterMs = before === undefined ? positions.watermarkMs : 0
    const found = this.#rotated
      .rotationsOf(file)
      .filter(entry => entry.modifiedMs >= afterMs && isWithin(entry, since, until))
      .filter(entry => !paths.has(entry.path) && this.#isUnknown(entry))
    return found.sort((a, b) => a.modifiedMs - b.modifiedMs)
  }

  /** Of whatever stood at a path that was never read; undefined where all before this is to be passed over. */
  #firstBirth(file: TrackedFile): bigint | undefined {
    return file.fromEnd === undefined ? this.#tracking.options.agentBirth : undefined
  }

  /** Of the youngest generation that was read at the same path before. */
  #birthBefore({ source, generation }: TrackedFile): bigint | undefined {
    const { followed } = this.#tracking
    const known = [...this.#tracking.known().inFamily([source]), ...followed.from(source)]
    const births = known
      .filter(one => one.source === source && one.generation !== generation && one.birth !== '')
      .map(({ birth }) => BigInt(birth))
    return births.sort((a, b) => Number(b - a)).at(0)
  }

  #isUnknown(entry: Entry): boolean {
    const { followed } = this.#tracking
    if (entry.size === 0 || followed.has(entry) || followed.isAnothers(entry)) return false
    const positions = this.#tracking.known().withInode(entry)
    return !positions.some(position => isSameBirth(position, entry))
  }
}

/** A compressed file was born when it was compressed. */
function isWithin({ birth, path }: Entry, since: bigint, until: bigint): boolean {
  if (birth === '') return false
  const born = BigInt(birth)
  // file systems count in ticks of some milliseconds
  return born >= since && (born <= until || isArchive(path))
}
