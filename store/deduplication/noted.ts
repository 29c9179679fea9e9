import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatingError, syncFolder } from '../../lib/base/index.ts'
import { tableFolder } from '../table-folders.ts'
import type { BootNote } from './boot.ts'
import { blocksWithoutPart, currentLog, insertedSince, lastBlock, tornOf, unnotedParts } from './tables.ts'

/** Longer than any insert takes from its note to its part. */
const placedMs = 1_000

export interface InsertedTable {
  database: string
  table: string
}

/** What is noted before an insert. */
export interface Noted {
  log: string
  bytes: number
  /** The last that a part of the table had. */
  lastBlock: number
  /** How many inserts without a token had ended. */
  untokenedEnded: number
}

/** What the engine notes of inserted blocks, and leaves to the operating system. */
export class NotedBlocks {
  readonly #dataFolder: string
  readonly #boot: Pick<BootNote, 'distrust'>
  /** Logs whose names are on disk, by table. */
  readonly #named = new Map<string, string>()
  /** Inserts whose blocks need not be noted: of all tables, since they are few. */
  readonly #untokened = { running: 0, ended: 0 }

  constructor(dataFolder: string, boot: Pick<BootNote, 'distrust'>) {
    this.#dataFolder = dataFolder
    this.#boot = boot
  }

  /** To be awaited before an insert is answered: then a part that is there without its record was never acknowledged. */
  async sync({ database, table }: InsertedTable): Promise<void> {
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

  /** An insert without a token begins; answers what is to be called when it is over. */
  beginUntokened(): () => void {
    const untokened = this.#untokened
    untokened.running++
    return () => {
      untokened.running--
      untokened.ended++
    }
  }

  /** How much is noted before an insert: see `lookAfterFailure`. */
  async before({ database, table }: InsertedTable): Promise<Noted | undefined> {
    const folder = tableFolder(this.#dataFolder, database, table)
    const log = await currentLog(folder)
    if (log === undefined) return undefined
    const untokenedEnded = this.#untokened.ended
    return { log, bytes: (await stat(log)).size, lastBlock: await lastBlock(folder), untokenedEnded }
  }

  /**
   * To be awaited before an insert is answered. Errors: BLOCK_TORN where the disk did not take all of its part, as when it is
   * full: the engine may end an insert without an error all the same. It sets the part aside when it opens the table anew. Asked of
   * all parts that came meanwhile: of several inserts at once it cannot be told which part is whose.
   * BLOCK_NOT_NOTED where it was not noted that the part is there, for the same reason: a repetition would be taken for new. The
   * next start sets it aside.
   */
  async lookAfterInsert(
    { database, table }: InsertedTable,
    before: Noted | undefined,
    hasToken = false,
  ): Promise<void> {
    const folder = tableFolder(this.#dataFolder, database, table)
    const log = await currentLog(folder)
    if (log === undefined) return
    const bytes = log === before?.log ? before.bytes : 0
    const inserted = await insertedSince(folder, before?.lastBlock ?? 0)
    if (hasToken && before !== undefined) {
      const { running, ended } = this.#untokened
      const othersUnnoted = running > 0 || ended > before.untokenedEnded
      const [unnoted] = await unnotedParts(folder, log, bytes, inserted, othersUnnoted)
      if (unnoted !== undefined) throw await this.#notNoted(`${database}.${table}`, unnoted)
    }
    const [part] = await tornOf(folder, inserted)
    if (part === undefined) return
    const message = `an insert into ${database}.${table} ended without all of ${part} on the disk, as where it is full: the store starts afresh, so that it is taken when it is repeated`
    throw new OperatingError('BLOCK_TORN', message)
  }

  async #notNoted(table: string, part: string): Promise<OperatingError> {
    await this.#boot.distrust()
    const message = `an insert into ${table} ended without the note that ${part} is there, as where the disk is full: the store starts afresh, so that it is taken once when it is repeated`
    return new OperatingError('BLOCK_NOT_NOTED', message)
  }

  /**
   * To be awaited before the failure of an insert is answered. Errors: BLOCK_NOT_PLACED where a block was noted of which there is no
   * part: the engine would answer a repetition of the insert as if all were there, until it opens the table anew.
   */
  async lookAfterFailure({ database, table }: InsertedTable, before: Noted): Promise<void> {
    const folder = tableFolder(this.#dataFolder, database, table)
    const log = (await currentLog(folder)) ?? before.log
    const from = log === before.log ? before.bytes : 0
    const noted = new Set(await blocksWithoutPart(folder, log, from))
    if (noted.size === 0) return
    await sleep(placedMs)
    const part = (await blocksWithoutPart(folder, log, from)).find(name => noted.has(name))
    if (part === undefined) return
    const message = `an insert into ${database}.${table} failed after it was noted that ${part} is there: the store starts afresh, so that it is taken when it is repeated`
    throw new OperatingError('BLOCK_NOT_PLACED', message)
  }
}

/** The table that a statement inserts into, as it is named there; undefined where that is not a plain name. */
export function insertedTable(head: string, database: string): InsertedTable | undefined {
  const found =
    /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?:(`?)(\w+)\1\.)?(`?)(\w+)\3\s*(?:\(|(?:SELECT|WITH)\b|$)/i.exec(head)
  return found === null ? undefined : { database: found[2] ?? database, table: found[4] ?? '' }
}
