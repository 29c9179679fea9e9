import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf } from '../../../lib/base/index.ts'
import { pathOf, systemPath } from './file-path.ts'
import type { Entry } from './tracked-file.ts'

/** Nothing stands there, or no path leads there. */
const absences = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])
const replacement = '\ufffd'

/** Whether an error of the file system says that nothing stands at a path, and not that it may not be seen. */
export function isAbsence(error: unknown): boolean {
  return absences.has(codeOf(error) ?? '')
}

/** Looks at paths; knows whether this system tells when a file was born. */
export class Looker {
  readonly #tellsBirth: boolean

  constructor(tellsBirth = systemTellsBirth()) {
    this.#tellsBirth = tellsBirth
  }

  /** What stands at a path; undefined for nothing, or what is no file. Follows links. Throws EACCES and the like. */
  look(path: string): Entry | undefined {
    try {
      const stat = statSync(systemPath(path), { bigint: true, throwIfNoEntry: false })
      if (stat === undefined || !stat.isFile()) return undefined
      const { dev, ino, size, mtimeNs, birthtimeNs } = stat
      return {
        path,
        device: String(dev),
        inode: String(ino),
        birth: this.#tellsBirth && birthtimeNs > 0n ? String(birthtimeNs) : '',
        size: Number(size),
        modifiedMs: millisecondsOf(mtimeNs),
      }
    } catch (error) {
      if (isAbsence(error)) return undefined
      throw error
    }
  }

  /** Whether what was looked at still stands there: its content is told by its path, and may be another's by now. */
  isStill({ path, device, inode, birth }: Entry): boolean {
    const there = this.look(path)
    return there?.device === device && there.inode === inode && there.birth === birth
  }

  /** Files beside a path, of at most so many names; those that cannot be looked at left out. */
  siblings(path: string, maxSiblings: number): Entry[] {
    const folder = dirname(path)
    const names = namesIn(folder).slice(0, maxSiblings)
    return names.map(name => this.#lookOrNot(join(folder, name))).filter(entry => entry !== undefined)
  }

  #lookOrNot(path: string): Entry | undefined {
    try {
      return this.look(path)
    } catch {
      // what may not be seen is not where a file of ours went; for files that match it is said where they are listed
      return undefined
    }
  }
}

/** Size alone, for files that are looked at often; undefined for nothing. */
export function statusOf(path: string): Pick<Stats, 'ino' | 'size' | 'mtimeMs'> | undefined {
  return statSync(systemPath(path), { throwIfNoEntry: false })
}

/** For looks that are repeated soon: what may not be seen is said by others. */
export function tryStatusOf(path: string): ReturnType<typeof statusOf> | 'refused' {
  try {
    return statusOf(path)
  } catch (error) {
    return isAbsence(error) ? undefined : 'refused'
  }
}

/** Names in a folder; none where it is gone. Throws EACCES, EMFILE and the like. */
export function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(systemPath(folder))
    if (!names.some(name => name.includes(replacement))) return names
    return readdirSync(systemPath(folder), { encoding: 'buffer' }).map(pathOf)
  } catch (error) {
    if (isAbsence(error)) return []
    throw error
  }
}

/** Where a path leads by way of links; empty where it is no link. */
export function targetOf(path: string): string {
  try {
    const target = pathOf(realpathSync.native(systemPath(path), 'buffer'))
    return target === path ? '' : target
  } catch {
    // gone since it was looked at: the next look sees that
    return ''
  }
}

/** Rounded as Node does where it does not give nanoseconds, so that the two can be compared. */
function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000_000n) * 1000 + Number(nanoseconds % 1_000_000_000n) / 1e6
}

/**
 * Where statx(2) is missing, Node gives the time of the last change for that of birth, which would make a new file of
 * every write. Of a file that was changed after it came to be the two differ, unless that is so.
 */
function systemTellsBirth(): boolean {
  const stat = statSync(process.execPath, { bigint: true })
  return stat.birthtimeNs > 0n && stat.birthtimeNs !== stat.ctimeNs
}
