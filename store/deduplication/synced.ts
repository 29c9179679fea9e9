import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../../lib/base/index.ts'
import { tableFolder } from '../table-folders.ts'
import { currentLog } from './tables.ts'

/** Syncs what the engine notes of inserted blocks, which it leaves to the operating system. */
export class SyncedBlocks {
  readonly #dataFolder: string
  /** Logs whose names are on disk, by table. */
  readonly #named = new Map<string, string>()

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder
  }

  /** To be awaited before an insert is answered: then a part that is there without its record was never acknowledged. */
  async sync(database: string, table: string): Promise<void> {
    const folder = tableFolder(this.#dataFolder, database, table)
    const path = await currentLog(folder)
    if (path === undefined) return
    const file = await open(path, 'r')
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
    if (this.#named.get(folder) === path) return
    await syncFolder(dirname(path))
    this.#named.set(folder, path)
  }
}

/** The table that a statement inserts into, as it is named there; undefined where that is not a plain name. */
export function insertedTable(
  head: string,
  database: string,
): { database: string; table: string } | undefined {
  const found = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?:(`?)(\w+)\1\.)?(`?)(\w+)\3\s*(?:\(|$)/i.exec(head)
  return found === null ? undefined : { database: found[2] ?? database, table: found[4] ?? '' }
}
