import { basename, join } from 'node:path'
import { messageOf, namesIn, OperatingError, type RoleContext } from '../lib/base/index.ts'
import { partOf } from './deduplication/records.ts'
import { tableFolders } from './table-folders.ts'
import { isEnded, isWholePart } from './whole-part.ts'

/** Much shorter than the engine keeps what a merge was made of (`mergedPartsKeptSeconds`). */
const intervalMs = 2_000

/**
 * Looks for parts of which not all could be written. A merge that meets a full disk may end without an error and with files
 * that are empty or lack what the disk did not take, and what it was made of goes a little later. The role then fails, with
 * one line, and whoever supervises it starts it again: when it opens its tables the engine sets such a part aside and takes
 * what it was made of.
 */
export function watchParts(parts: NewParts, context: Pick<RoleContext, 'fail' | 'logger'>): () => void {
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      const path = await parts.findDamaged()
      if (path !== undefined) context.fail(damaged(path))
    } catch (error) {
      context.logger.warn('cannot look at parts', { error: messageOf(error) })
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void look(), intervalMs)
  return () => clearInterval(timer)
}

function damaged(path: string): OperatingError {
  const message = `${path} ended without all of its rows, as on a full disk: the store starts afresh from what it was made of`
  return new OperatingError('PART_DAMAGED', message)
}

/** Parts by table, each looked at once. */
export class NewParts {
  readonly #dataFolder: string
  #seen = new Map<string, ReadonlySet<string>>()

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder
  }

  /** Those that are there now are the engine's to look at, when it opens. */
  async passOver(): Promise<void> {
    this.#seen = await this.#there()
  }

  /** The path of a part that came since the last look and is not whole. */
  async findDamaged(): Promise<string | undefined> {
    const before = this.#seen
    this.#seen = await this.#there()
    let damaged: string | undefined
    for (const [table, parts] of this.#seen)
      for (const part of parts)
        if (before.get(table)?.has(part) !== true && !(await seemsWhole(join(table, part))))
          damaged ??= join(table, part)
    return damaged
  }

  /** Names of parts by the path of their table. */
  async #there(): Promise<Map<string, ReadonlySet<string>>> {
    const found = new Map<string, ReadonlySet<string>>()
    for (const table of await tableFolders(this.#dataFolder)) {
      const parts = (await namesIn(table)).filter(part => partOf(part) !== undefined)
      found.set(table, new Set(parts))
    }
    return found
  }
}

/** An insert is looked at before it is answered, so of its part the end of what is written is enough. */
async function seemsWhole(path: string): Promise<boolean> {
  const part = partOf(basename(path))
  if (part !== undefined && part.first !== part.last) return await isWholePart(path)
  return await isEnded(path)
}
