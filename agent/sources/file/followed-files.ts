import { isSameBirth, keyOf, type TrackedFile } from './tracked-file.ts'

/** A file as a look tells: an inode alone may have been another's a moment ago. */
interface Inode {
  device: string
  inode: string
  birth: string
}

/** The files that are being followed, found by inode and by path; and those that no path leads to. */
export class FollowedFiles {
  readonly all = new Set<TrackedFile>()
  /** Of all sources: a file is followed by one of them, though the patterns of several match it. */
  readonly #byKey: Map<string, TrackedFile>
  readonly #byPath = new Map<string, TrackedFile>()
  /** Behind links. */
  readonly #byTarget = new Map<string, TrackedFile>()
  readonly #bySource = new Map<string, Set<TrackedFile>>()
  /** No path is known to lead to them: few, for a short time. */
  readonly astray = new Set<TrackedFile>()

  constructor(byKey: Map<string, TrackedFile>) {
    this.#byKey = byKey
  }

  add(file: TrackedFile): void {
    this.all.add(file)
    const generations = this.#bySource.get(file.source)
    if (generations === undefined) this.#bySource.set(file.source, new Set([file]))
    else generations.add(file)
    const holder = this.#byKey.get(file.key)
    if (holder === undefined || !isSameBirth(holder, file)) this.#byKey.set(file.key, file)
    if (file.path === undefined) this.astray.add(file)
    else this.#byPath.set(file.path, file)
    if (file.target !== '') this.#byTarget.set(file.target, file)
  }

  delete(file: TrackedFile): void {
    this.displace(file)
    this.forgetInode(file)
    this.all.delete(file)
    const generations = this.#bySource.get(file.source)
    if (generations?.delete(file) === true && generations.size === 0) this.#bySource.delete(file.source)
    this.astray.delete(file)
    if (this.#byTarget.get(file.target) === file) this.#byTarget.delete(file.target)
  }

  /** The generations that began at a path. */
  from(source: string): Iterable<TrackedFile> {
    return this.#bySource.get(source) ?? []
  }

  /** All of them, by the path at which they began. */
  get bySource(): Iterable<[string, Iterable<TrackedFile>]> {
    return this.#bySource
  }

  /** The file that had this inode when it was last seen, which something else may have been given since. */
  withInode(entry: Pick<Inode, 'device' | 'inode'>): TrackedFile | undefined {
    const file = this.#byKey.get(keyOf(entry))
    return file !== undefined && this.all.has(file) ? file : undefined
  }

  has(entry: Inode): boolean {
    const file = this.withInode(entry)
    return file !== undefined && isSameBirth(file, entry)
  }

  isAnothers(entry: Inode): boolean {
    const file = this.#byKey.get(keyOf(entry))
    return file !== undefined && !this.all.has(file) && isSameBirth(file, entry)
  }

  at(path: string): TrackedFile | undefined {
    return this.#byPath.get(path)
  }

  /** Through a link. */
  behind(target: string): TrackedFile | undefined {
    return this.#byTarget.get(target)
  }

  /** No path is known to lead to it any more. */
  displace(file: TrackedFile): void {
    if (file.path !== undefined && this.#byPath.get(file.path) === file) this.#byPath.delete(file.path)
    file.path = undefined
    if (this.all.has(file)) this.astray.add(file)
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
    this.astray.delete(file)
    file.path = entry.path
    file.device = entry.device
    file.inode = entry.inode
    file.birth = entry.birth
    this.#byPath.set(entry.path, file)
    this.#byKey.set(file.key, file)
  }
}
