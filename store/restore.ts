import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  Closers,
  codeOf,
  ensureFolder,
  lockFolder,
  messageOf,
  namesIn,
  OperatingError,
  syncFolder,
} from '../lib/base/index.ts'
import { aboutFile, type BackupAbout, filesFolder } from './backup.ts'
import type { Config } from './config.ts'
import { Engine } from './engine/engine.ts'
import { identifier, literal } from './engine/quote.ts'
import { syncTree } from './sync-tree.ts'

/** Where a backup becomes a store: it is moved to its place when it is whole, so that half of one is never taken for one. */
export function restoringFolder(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'store', 'restoring')
}

export interface Restored extends BackupAbout {
  /** Parts that were damaged in the backup already, with what the engine says of them. */
  damaged: string[]
}

/**
 * Puts a backup into a data folder that has no store yet, and holds all of it against its checksums; the store must not be
 * running. Wherever it ends before it is done, nothing is there, and it can be run again.
 * Errors: NO_BACKUP, STORE_EXISTS, FOLDER_LOCKED, FOLDER_UNWRITABLE, RESTORE_FAILED, CHDB_MISSING.
 */
export async function restore(config: Config, source: string): Promise<Restored> {
  const about = await readAbout(source)
  const folder = join(config.dataDir, 'store')
  const [data, making] = [join(folder, 'data'), restoringFolder(config)]
  await expectNoStore(data)
  await ensureFolder(folder)
  const closers = new Closers()
  closers.add('folder lock', await lockFolder(folder))
  closers.add('what is under way', () => rm(making, { recursive: true, force: true }))
  try {
    await rm(making, { recursive: true, force: true })
    await mkdir(making)
    const damaged = await fill(config, making, source, about)
    await syncTree(join(making, 'data'))
    await rename(join(making, 'data'), data)
    await syncFolder(folder)
    return { ...about, damaged }
  } catch (cause) {
    if (codeOf(cause) === 'CHDB_MISSING') throw cause
    const why = messageOf(cause).split('\n')[0] ?? ''
    const message = `${basename(source)} cannot be restored, and nothing of it is in ${folder}: ${why}`
    throw new OperatingError('RESTORE_FAILED', message, { cause })
  } finally {
    await closers.close()
  }
}

/** Answers what is damaged. */
async function fill(config: Config, folder: string, source: string, about: BackupAbout): Promise<string[]> {
  const files = resolve(source, filesFolder)
  const engine = await Engine.open({
    folder,
    maxMemoryBytes: config.store.maxMemoryBytes,
    backupFolder: dirname(files),
  })
  try {
    const [from, to] = [identifier(about.database), identifier(config.clickhouse.database)]
    await engine.command(`CREATE DATABASE IF NOT EXISTS ${to} ENGINE = Atomic`)
    const as = from === to ? '' : ` AS ${to}`
    await engine.command(
      `RESTORE DATABASE ${from}${as} FROM File(${literal(files)}) SETTINGS allow_different_database_def = 1`,
    )
    return await damagedParts(engine, config.clickhouse.database)
  } finally {
    await engine.close()
  }
}

/** A backup is copied file by file: whether what stands in them is what was written, nobody has looked yet. */
async function damagedParts(engine: Engine, database: string): Promise<string[]> {
  const tables = `SELECT name FROM system.tables WHERE database = ${literal(database)} AND engine LIKE '%MergeTree' ORDER BY name`
  const damaged: string[] = []
  for (const [table = ''] of rowsOf((await engine.command(tables)).text())) {
    const check = `CHECK TABLE ${identifier(database)}.${identifier(table)} SETTINGS check_query_single_value_result = 0`
    for (const [part, isPassed, message] of rowsOf((await engine.command(check)).text()))
      if (isPassed !== '1') damaged.push(`${table}, ${part}: ${message}`)
  }
  return damaged
}

function rowsOf(separated: string): string[][] {
  return separated.split('\n').flatMap(line => (line === '' ? [] : [line.split('\t')]))
}

async function readAbout(source: string): Promise<BackupAbout> {
  try {
    return JSON.parse(await readFile(join(source, aboutFile), 'utf8')) as BackupAbout
  } catch (cause) {
    const message = `${source} is no whole backup: ${aboutFile} is missing or cannot be read`
    throw new OperatingError('NO_BACKUP', message, { cause })
  }
}

async function expectNoStore(data: string): Promise<void> {
  if ((await namesIn(data)).length === 0) return
  const message = `there is a store in ${data}: name another data folder, as in --set dataDir=./new-data, or move this one away`
  throw new OperatingError('STORE_EXISTS', message)
}
