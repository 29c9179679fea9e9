import { dirname } from 'node:path'
import { holds } from './content.ts'
import { isRelated, rotatedFrom } from './rotation.ts'
import { type Entry, isSameBirth, keyOf, type TrackedFile } from './tracked-file.ts'
import { mayMoveTo, type Tracking } from './tracking.ts'

/** Siblings looked through for a renamed or copied file. */
const maxSiblings = 10_000

/** Looks beside a file, and beside where its link leads, for what a rotation made of it. */
export class Rotated {
  readonly #tracking: Tracking
  /** What stands in folders, so that many files that go at once cost one look. */
  readonly #byFolder = new Map<string, Entry[]>()
  /** The same by folder, and by the path that their names say they were rotated from. */
  readonly #byOriginal = new Map<string, Map<string, Entry[]>>()

  constructor(tracking: Tracking) {
    this.#tracking = tracking
  }

  /** What was seen before may have changed. */
  lookAnew(): void {
    this.#byFolder.clear()
    this.#byOriginal.clear()
  }

  async findMoved(file: TrackedFile): Promise<Entry | undefined> {
    for (const entry of this.siblings(file)) {
      if (keyOf(entry) !== file.key || !isSameBirth(entry, file)) continue
      if (await holds(entry, file)) return entry
    }
    return undefined
  }

  /** Files whose names say that a rotation of this one brought them where they are. */
  rotationsOf({ origins }: TrackedFile): Entry[] {
    return origins.flatMap(origin => this.#originals(origin).get(origin) ?? [])
  }

  /** Worked out once for a folder: many files may come at once. */
  #originals(path: string): Map<string, Entry[]> {
    const folder = dirname(path)
    const known = this.#byOriginal.get(folder)
    if (known !== undefined) return known
    const found = new Map<string, Entry[]>()
    for (const entry of this.#inFolder(folder, path))
      for (const original of rotatedFrom(entry.path)) {
        const entries = found.get(original)
        if (entries === undefined) found.set(original, [entry])
        else entries.push(entry)
      }
    this.#byOriginal.set(folder, found)
    return found
  }

  /** Files in the folders in which this one may have been moved or copied. */
  siblings(file: TrackedFile): Entry[] {
    const places = [...file.origins, ...(file.path === undefined ? [] : [file.path])]
    const near = new Map(places.map(path => [dirname(path), path]))
    return [...near].flatMap(([folder, path]) => this.#inFolder(folder, path))
  }

  #inFolder(folder: string, path: string): Entry[] {
    const known = this.#byFolder.get(folder)
    if (known !== undefined) return known
    const found = this.#tracking.options.looker.siblings(path, maxSiblings)
    this.#byFolder.set(folder, found)
    return found
  }

  /** Finds the rest of a generation in a copy that a rotation made beside it. */
  async recoverCopy(file: TrackedFile): Promise<boolean> {
    if (file.offset === 0 || file.isArchive) return false
    const copies = this.siblings(file).filter(entry => this.#mayBeCopy(entry, file))
    copies.sort((a, b) => b.modifiedMs - a.modifiedMs)
    for (const entry of copies) {
      if (!(await holds(entry, file)) || (await this.#isAnothers(entry, file))) continue
      this.#tracking.followed.forgetInode(file)
      this.#tracking.move(file, entry)
      file.leftMs ??= this.#tracking.nowMs()
      return true
    }
    return false
  }

  #mayBeCopy(entry: Entry, file: TrackedFile): boolean {
    const { followed } = this.#tracking
    if (followed.has(entry) || followed.isAnothers(entry)) return false
    return mayMoveTo(file, entry) && isRelated(entry.path, file.origins)
  }

  /** What begins alike may be an older generation that is known itself. */
  async #isAnothers(entry: Entry, file: TrackedFile): Promise<boolean> {
    for (const position of this.#tracking.known().withInode(entry)) {
      if (position.generation === file.generation || !isSameBirth(position, entry)) continue
      if (position.offset > file.offset && (await holds(entry, position))) return true
    }
    return false
  }
}
