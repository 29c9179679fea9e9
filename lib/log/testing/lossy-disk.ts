import fs from 'node:fs'
import { join } from 'node:path'
import { watchHandles } from './watch-handles.ts'

/** Of a write that is under way when the power goes, whole sectors reach the disk or not. */
const sectorBytes = 512

interface Pending {
  position: number
  bytes: Buffer
}

interface Inode {
  /** What a loss of power cannot take any more. */
  durable: Buffer
  /** Written and not synced, oldest first. */
  pending: Pending[]
  wasSynced: boolean
}

type Callback = (error: Error | null, value?: unknown) => void
/** One of the functions of `node:fs` that are stood between. */
type Call = (...args: never[]) => unknown

/**
 * Watches what is written below a folder, and says what would be there after a loss of power: what was synced, and of the
 * rest some writes whole, some torn, some not at all, in no order. A file that was never synced may be gone. Stands between
 * `node:fs` and its users until `stop`. A truncation counts as done at once.
 */
export class LossyDisk {
  readonly #folder: string
  readonly #inodes = new Map<string, Inode>()
  readonly #restore: (() => void)[] = []

  constructor(folder: string) {
    this.#folder = folder
    if (fs.existsSync(folder)) this.#takeStock()
    this.#patch(
      'writev',
      original => (fd: number, buffers: Buffer[], position: number, done: Callback) =>
        original(fd, buffers, position, (error: Error | null, written: number) => {
          if (error === null) this.#wrote(fd, buffers, position, written)
          done(error, written)
        }),
    )
    this.#patch('writevSync', original => (fd: number, buffers: Buffer[], position: number) => {
      const written = original(fd, buffers, position) as number
      this.#wrote(fd, buffers, position, written)
      return written
    })
    for (const name of ['fdatasync', 'fsync'] as const)
      this.#patch(name, original => (fd: number, done: Callback) => {
        const covered = this.#inodes.get(inodeOf(fd))?.pending.length ?? 0
        original(fd, (error: Error | null) => {
          if (error === null) this.#synced(fd, covered)
          done(error)
        })
      })
    this.#patch(
      'ftruncate',
      original => (fd: number, length: number, done: Callback) =>
        original(fd, length, (error: Error | null) => {
          if (error === null) this.#truncated(fd, length)
          done(error)
        }),
    )
  }

  /** Watches what is written by handles of `node:fs/promises` as well. */
  async watchHandles(): Promise<void> {
    const restore = await watchHandles(this.#folder, {
      wrote: (fd, bytes, position) => this.#wrote(fd, [bytes], position, bytes.length),
      syncing: fd => {
        const covered = this.#inodes.get(inodeOf(fd))?.pending.length ?? 0
        return () => this.#synced(fd, covered)
      },
      truncated: (fd, length) => this.#truncated(fd, length),
    })
    this.#restore.push(restore)
  }

  /** What is there at the beginning is durable. */
  #takeStock(): void {
    for (const name of fs.readdirSync(this.#folder)) {
      const path = join(this.#folder, name)
      this.#inodes.set(keyOf(fs.statSync(path, { bigint: true })), {
        durable: fs.readFileSync(path),
        pending: [],
        wasSynced: true,
      })
    }
  }

  stop(): void {
    for (const restore of this.#restore) restore()
  }

  /** Writes to another folder what a loss of power at this moment could leave. */
  leave(into: string, random: () => number): void {
    for (let attempt = 1; ; attempt++) {
      fs.rmSync(into, { recursive: true, force: true })
      try {
        this.#leave(into, random)
        return
      } catch (error) {
        // files are renamed by other threads while they are looked at: the power goes at one moment
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 10) throw error
      }
    }
  }

  #leave(into: string, random: () => number): void {
    fs.mkdirSync(into, { recursive: true })
    for (const name of fs.readdirSync(this.#folder)) {
      const path = join(this.#folder, name)
      const inode = this.#inodes.get(keyOf(fs.statSync(path, { bigint: true })))
      if (inode === undefined) fs.copyFileSync(path, join(into, name))
      else if (inode.wasSynced || random() < 0.7) fs.writeFileSync(join(into, name), contentOf(inode, random))
    }
  }

  #patch(
    name: 'writev' | 'writevSync' | 'fdatasync' | 'fsync' | 'ftruncate',
    make: (original: (...args: unknown[]) => unknown) => Call,
  ): void {
    const patched = fs as unknown as Record<string, unknown>
    const original = patched[name] as (...args: unknown[]) => unknown
    patched[name] = make(original)
    this.#restore.push(() => {
      patched[name] = original
    })
  }

  #of(fd: number): Inode | undefined {
    const path = fs.readlinkSync(`/proc/self/fd/${fd}`)
    if (!path.startsWith(this.#folder)) return undefined
    const key = inodeOf(fd)
    const known = this.#inodes.get(key) ?? { durable: Buffer.alloc(0), pending: [], wasSynced: false }
    this.#inodes.set(key, known)
    return known
  }

  #wrote(fd: number, buffers: readonly Buffer[], position: number, written: number): void {
    const bytes = Buffer.concat(buffers).subarray(0, written)
    this.#of(fd)?.pending.push({ position, bytes: Buffer.from(bytes) })
  }

  #synced(fd: number, covered: number): void {
    const inode = this.#of(fd)
    if (inode === undefined) return
    for (const write of inode.pending.splice(0, covered)) inode.durable = applied(inode.durable, write)
    inode.wasSynced = true
  }

  #truncated(fd: number, length: number): void {
    const inode = this.#of(fd)
    if (inode === undefined) return
    for (const write of inode.pending.splice(0)) inode.durable = applied(inode.durable, write)
    inode.durable = inode.durable.subarray(0, length)
  }
}

function inodeOf(fd: number): string {
  return keyOf(fs.fstatSync(fd, { bigint: true }))
}

/** A file that comes after one that was deleted has its inode again, and another birth. */
function keyOf({ ino, birthtimeNs }: fs.BigIntStats): string {
  return `${ino} ${birthtimeNs}`
}

function contentOf({ durable, pending }: Inode, random: () => number): Buffer {
  let content = durable
  for (const write of pending) {
    const luck = random()
    if (luck < 0.4) content = applied(content, write)
    else if (luck < 0.7)
      for (const sector of sectorsOf(write)) if (random() < 0.5) content = applied(content, sector)
  }
  return content
}

function* sectorsOf({ position, bytes }: Pending): Generator<Pending> {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + sectorBytes - ((position + at) % sectorBytes))
    yield { position: position + at, bytes: bytes.subarray(at, end) }
    at = end
  }
}

/** What lies between is a hole, of zeros. */
function applied(content: Buffer, { position, bytes }: Pending): Buffer {
  const grown = Buffer.alloc(Math.max(content.length, position + bytes.length))
  content.copy(grown)
  bytes.copy(grown, position)
  return grown
}
