import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, messageOf, namesIn, OperatingError, type RoleContext } from '../lib/base/index.ts'
import { partOf } from './deduplication/records.ts'

/** Much shorter than the engine keeps what a merge was made of (`mergedPartsKeptSeconds`). */
const intervalMs = 2_000

/**
 * Looks for parts of which nothing could be written. A merge that meets a full disk may end without an error and with empty
 * files, and what it was made of goes a little later. The role then fails, with one line, and whoever supervises it starts it
 * again: when it opens its tables the engine sets such a part aside and takes what it was made of.
 */
export function watchParts(dataFolder: string, context: Pick<RoleContext, 'fail' | 'logger'>): () => void {
  const parts = new NewParts(join(dataFolder, 'data'))
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      const path = await parts.findHollow()
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
  const message = `the merge of ${path} ended without its rows, as on a full disk: the store starts afresh from what was merged`
  return new OperatingError('PART_HOLLOW', message)
}

/** Parts by table, each looked at once. */
export class NewParts {
  readonly #databases: string
  #seen = new Map<string, ReadonlySet<string>>()

  constructor(databases: string) {
    this.#databases = databases
  }

  /** The path of a part that came since the last look and holds nothing. */
  async findHollow(): Promise<string | undefined> {
    const seen = new Map<string, ReadonlySet<string>>()
    let hollow: string | undefined
    for (const database of await namesIn(this.#databases))
      for (const name of await namesIn(join(this.#databases, database))) {
        const table = join(this.#databases, database, name)
        const parts = new Set((await namesIn(table)).filter(part => partOf(part) !== undefined))
        seen.set(table, parts)
        for (const part of parts)
          if (this.#seen.get(table)?.has(part) !== true && (await isHollow(join(table, part))))
            hollow ??= join(table, part)
      }
    this.#seen = seen
    return hollow
  }
}

/** What a part has at any rate is written last. */
async function isHollow(part: string): Promise<boolean> {
  try {
    return (await stat(join(part, 'checksums.txt'))).size === 0
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
