import { isArchive } from './archive/archive.ts'
import type { Listing } from './discovery.ts'
import type { Rotated } from './rotated.ts'
import { type Entry, isSameBirth, type TrackedFile } from './tracked-file.ts'
import type { Tracking } from './tracking.ts'

/**
 * Finds generations that came and were rotated away between two looks: the patterns need not match what a rotation makes
 * of a file, so nothing else would ever see them; what matches is found at its own path. They are younger than the
 * generation that was read before, and older than the one that stands there now. Where none was read before, they were
 * written since the agent last had read all there was; before it ever had, they are younger than the agent itself. What
 * a rotation left before the agent first came is nobody's to read.
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
    const since = this.#since(file)
    if (since === undefined || file.birth === '') return []
    const until = BigInt(file.birth)
    const found = this.#rotated
      .rotationsOf(file)
      .filter(entry => entry.modifiedMs >= since.modifiedMs && isWithin(entry, since.birth, until))
      .filter(entry => !paths.has(entry.path) && this.#isUnknown(entry))
    return found.sort((a, b) => a.modifiedMs - b.modifiedMs)
  }

  /** Undefined where all before this file is to be passed over. */
  #since(file: TrackedFile): { birth: bigint; modifiedMs: number } | undefined {
    const before = this.#birthBefore(file)
    if (before !== undefined) return { birth: before, modifiedMs: 0 }
    const { agentBirth, positions } = this.#tracking.options
    const { watermarkMs } = positions
    if (file.fromEnd !== undefined || agentBirth === undefined) return undefined
    return { birth: watermarkMs > 0 ? 0n : agentBirth, modifiedMs: watermarkMs }
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
