import { randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import {
  Closers,
  codeOf,
  ensureFolder,
  lockFolder,
  namesIn,
  OperatingError,
  packageVersion,
} from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { Engine } from './engine/engine.ts'
import { identifier, literal } from './engine/quote.ts'

/** What says that a folder is a backup of ours. */
const aboutFile = 'millrace-backup.json'
/** The engine's own files of a backup. */
const filesFolder = 'files'

export interface BackupAbout {
  version: string
  database: string
  madeAt: string
  bytes: number
}

/** Where the embedded engine may put backups, and nowhere else. */
export function backupFolder(config: Pick<Config, 'dataDir'>): string {
  return resolve(config.dataDir, 'store', 'backups')
}

/**
 * A backup of the running embedded store's database: every table as it is at one moment, made by the engine while it goes
 * on serving. Errors: BACKUP_FAILED; FOLDER_NOT_EMPTY; those of the store.
 */
export async function backUp(
  config: Config,
  client: ClickHouseClient,
  target: string,
  nowMs: number,
): Promise<BackupAbout> {
  await expectEmpty(target)
  const { database } = config.clickhouse
  const id = randomUUID()
  const made = join(backupFolder(config), id)
  try {
    const answer = await client.query({
      query: `BACKUP DATABASE ${identifier(database)} TO File(${literal(made)})`,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<{ status: string }>()
    if (row?.status !== 'BACKUP_CREATED')
      throw new OperatingError('BACKUP_FAILED', `the engine made no backup (${row?.status ?? 'no answer'})`)
    await mkdir(target, { recursive: true })
    await move(made, join(target, filesFolder))
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  const bytes = await sizeOf(client)
  const about = { version: packageVersion(), database, madeAt: new Date(nowMs).toISOString(), bytes }
  // last, so that what was broken off is no backup
  await writeFile(join(target, aboutFile), `${JSON.stringify(about)}\n`)
  return about
}

/**
 * Puts a backup into a data folder that has no store yet; the store must not be running.
 * Errors: NO_BACKUP, FOLDER_NOT_EMPTY, FOLDER_LOCKED, RESTORE_FAILED, CHDB_MISSING.
 */
export async function restore(config: Config, source: string): Promise<BackupAbout> {
  const about = await readAbout(source)
  const folder = join(config.dataDir, 'store')
  await expectEmpty(join(folder, 'data'))
  await ensureFolder(folder)
  const closers = new Closers()
  closers.add('folder lock', await lockFolder(folder))
  try {
    const files = resolve(source, filesFolder)
    const engine = await Engine.open({
      folder,
      maxMemoryBytes: config.store.maxMemoryBytes,
      backupFolder: dirname(files),
    })
    closers.add('engine', () => engine.close())
    const [from, to] = [identifier(about.database), identifier(config.clickhouse.database)]
    await engine.command(`CREATE DATABASE IF NOT EXISTS ${to} ENGINE = Atomic`)
    const as = from === to ? '' : ` AS ${to}`
    await engine.command(
      `RESTORE DATABASE ${from}${as} FROM File(${literal(files)}) SETTINGS allow_different_database_def = 1`,
    )
    return about
  } catch (cause) {
    const message = `${basename(source)} cannot be restored: see what it is, and remove ${join(folder, 'data')} before the next try`
    throw new OperatingError('RESTORE_FAILED', message, { cause })
  } finally {
    await closers.close()
  }
}

async function readAbout(source: string): Promise<BackupAbout> {
  try {
    return JSON.parse(await readFile(join(source, aboutFile), 'utf8')) as BackupAbout
  } catch (cause) {
    const message = `${source} is no whole backup: ${aboutFile} is missing or cannot be read`
    throw new OperatingError('NO_BACKUP', message, { cause })
  }
}

async function expectEmpty(folder: string): Promise<void> {
  const names = await namesIn(folder)
  if (names.length > 0)
    throw new OperatingError(
      'FOLDER_NOT_EMPTY',
      `${folder} is not empty: name a folder that is, or a new one`,
    )
}

/** Renamed where it is the same disk. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    await cp(from, to, { recursive: true })
  }
}

async function sizeOf(client: ClickHouseClient): Promise<number> {
  const query =
    'SELECT toString(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = currentDatabase()'
  const answer = await client.query({ query, format: 'JSONEachRow' })
  const [row] = await answer.json<{ bytes: string }>()
  return Number(row?.bytes ?? 0)
}
