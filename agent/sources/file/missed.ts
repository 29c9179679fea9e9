import { isArchive } from './archive/archive.ts'
import type { Listing } from './discovery.ts'
import type { Rotated } from './rotated.ts'
import { type Entry, isSameBirth, type TrackedFile } from './tracked-file.ts'
import type { Tracking } from './tracking.ts'

/** What the agent knows of times is of the clock as it was set, and file systems count in ticks. */
const slackMs = 1_000

/**
 * Finds generations that came and were rotated away between two looks, or of which nothing was durable when the agent ended:
 * the patterns need not match what a rotation makes of a file, so nothing else would ever see them; what matches is found
 * at its own path. They are older than the file that stands there now, and younger than all that is known to have stood
 * there before; or they lie between generations that are known, and were written since the agent last had read all there
 * was. Where nothing is known to have stood there, they were written since then, too; before the agent ever had read all,
 * they are younger than the agent itself. What a rotation left before the agent first came is nobody's to read.
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
    if (file.birth === '') return []
    const until = BigInt(file.birth)
    const unknown = this.#rotated
      .rotationsOf(file)
      .filter(entry => entry.birth !== '' && isBornBy(entry, until))
      .filter(entry => !paths.has(entry.path) && this.#isUnknown(entry))
    // most files have none
    if (unknown.length === 0) return []
    return unknown.filter(this.#sinceWhen(file)).sort((a, b) => a.modifiedMs - b.modifiedMs)
  }

  #sinceWhen(file: TrackedFile): (entry: Entry) => boolean {
    const { agentBirth, positions } = this.#tracking.options
    const readMs = positions.watermarkMs
    const births = this.#birthsBefore(file)
    const [oldest, youngest] = [births.at(0), births.at(-1)]
    if (oldest !== undefined && youngest !== undefined)
      return ({ birth, modifiedMs }) =>
        BigInt(birth) >= youngest || (BigInt(birth) >= oldest && modifiedMs >= readMs - slackMs)
    if (file.fromEnd !== undefined || agentBirth === undefined) return () => false
    if (readMs > 0) return ({ modifiedMs }) => modifiedMs >= readMs
    return ({ birth }) => BigInt(birth) >= agentBirth
  }

  /** Of the generations that are known to have stood at the same path, the oldest first. */
  #birthsBefore({ source, generation }: TrackedFile): bigint[] {
    const { followed } = this.#tracking
    const known = [...this.#tracking.known().inFamily([source]), ...followed.from(source)]
    const births = known
      .filter(one => one.source === source && one.generation !== generation && one.birth !== '')
      .map(({ birth }) => BigInt(birth))
    return births.sort((a, b) => Number(a - b))
  }

  #isUnknown(entry: Entry): boolean {
    const { followed } = this.#tracking
    if (entry.size === 0 || followed.has(entry) || followed.isAnothers(entry)) return false
    const positions = this.#tracking.known().withInode(entry)
    return !positions.some(position => isSameBirth(position, entry))
  }
}

/** A compressed file was born when it was compressed; file systems count in ticks of some milliseconds. */
function isBornBy({ birth, path }: Entry, until: bigint): boolean {
  return BigInt(birth) <= until || isArchive(path)
}
