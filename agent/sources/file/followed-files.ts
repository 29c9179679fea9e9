import { familyOf } from './rotation.ts'
import { keyOf, type TrackedFile } from './tracked-file.ts'

/** The files that are being followed, found by inode, by path, and by the family of their names. */
export class FollowedFiles {
  readonly all = new Set<TrackedFile>()
  readonly #byKey = new Map<string, TrackedFile>()
  readonly #byPath = new Map<string, TrackedFile>()
  readonly #byFamily = new Map<string, TrackedFile[]>()

  add(file: TrackedFile): void {
    this.all.add(file)
    if (!this.#byKey.has(file.key)) this.#byKey.set(file.key, file)
    if (file.path !== undefined) this.#byPath.set(file.path, file)
    for (const path of familyOfAll(file)) this.#byFamily.set(path, [...this.related(path), file])
  }

  delete(file: TrackedFile): void {
    this.displace(file)
    this.forgetInode(file)
    this.all.delete(file)
    for (const path of familyOfAll(file)) {
      const others = this.related(path).filter(other => other !== file)
      if (others.length === 0) this.#byFamily.delete(path)
      else this.#byFamily.set(path, others)
    }
  }

  withInode(entry: { device: string; inode: string }): TrackedFile | undefined {
    return this.#byKey.get(keyOf(entry))
  }

  at(path: string): TrackedFile | undefined {
    return this.#byPath.get(path)
  }

  /** Those that a rotation may have brought from a path, or that stood there or behind a link that led there. */
  related(path: string): readonly TrackedFile[] {
    return this.#byFamily.get(path) ?? []
  }

  /** No path is known to lead to it any more. */
  displace(file: TrackedFile): void {
    if (file.path !== undefined && this.#byPath.get(file.path) === file) this.#byPath.delete(file.path)
    file.path = undefined
  }

  /** The path leads to something else now. */
  displaceAt(path: string): void {
    const file = this.#byPath.get(path)
    if (file !== undefined) this.displace(file)
  }

  /** Its inode is another file's, or nobody's. */
  forgetInode(file: TrackedFile): void {
    if (this.#byKey.get(file.key) === file) this.#byKey.delete(file.key)
  }

  /** It has this path now, and this inode. */
  place(file: TrackedFile, entry: { path: string; device: string; inode: string; birth: string }): void {
    this.displaceAt(entry.path)
    this.displace(file)
    this.forgetInode(file)
    file.path = entry.path
    file.device = entry.device
    file.inode = entry.inode
    file.birth = entry.birth
    this.#byPath.set(entry.path, file)
    this.#byKey.set(file.key, file)
  }
}

function familyOfAll(file: TrackedFile): Set<string> {
  return new Set(file.origins.flatMap(familyOf))
}
