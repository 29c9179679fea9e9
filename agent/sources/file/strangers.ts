import type { Clock } from '../../../lib/base/index.ts'
import { type Entry, keyOf, type TrackedFile } from './tracked-file.ts'

interface Stranger {
  entry: Entry
  sinceMs: number
  /** What it was found to be a copy of, and where that stood. */
  original: { file: TrackedFile; path: string | undefined } | undefined
  scan: number
  /** The scan in which its path was seen first. */
  firstScan: number
  /** It was there, as it is or otherwise, when there was looked for the first time. */
  wasFirst: boolean
}

/** What matches and is not followed, copies above all: since when it is as it is, and what it was found to be. */
export class Strangers {
  readonly #clock: Clock
  readonly #byPath = new Map<string, Stranger>()
  #scan = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** For how long it has been seen as it is, by a clock that nobody sets. */
  ageMs(entry: Entry): number {
    return this.#clock.monotonicMs() - this.#of(entry).sinceMs
  }

  wasThereFirst(entry: Entry): boolean {
    return this.#of(entry).wasFirst
  }

  /** How many scans ago something was seen first at its path; undefined where it was not asked about yet. */
  scansKnown({ path }: Entry): number | undefined {
    const known = this.#byPath.get(path)
    return known === undefined ? undefined : this.#scan - known.firstScan
  }

  /** Whether it was found to be a copy, and it and its original are as they were. */
  isCopy(entry: Entry): boolean {
    const { original } = this.#of(entry)
    return original !== undefined && original.file.path === original.path
  }

  isCopyOf(entry: Entry, file: TrackedFile): void {
    this.#of(entry).original = { file, path: file.path }
  }

  /** Those that were not asked about in this scan are gone, or followed. */
  endOfScan(): void {
    for (const [path, stranger] of this.#byPath) if (stranger.scan !== this.#scan) this.#byPath.delete(path)
    this.#scan++
  }

  #of(entry: Entry): Stranger {
    const known = this.#byPath.get(entry.path)
    if (known !== undefined && isSame(known.entry, entry)) {
      known.scan = this.#scan
      return known
    }
    const wasFirst = known?.wasFirst ?? this.#scan === 0
    const firstScan = known?.firstScan ?? this.#scan
    const stranger = {
      entry,
      sinceMs: this.#clock.monotonicMs(),
      original: undefined,
      scan: this.#scan,
      firstScan,
      wasFirst,
    }
    this.#byPath.set(entry.path, stranger)
    return stranger
  }
}

function isSame(one: Entry, other: Entry): boolean {
  return keyOf(one) === keyOf(other) && one.size === other.size && one.modifiedMs === other.modifiedMs
}
