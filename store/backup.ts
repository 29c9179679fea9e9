import { randomUUID } from 'node:crypto'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { codeOf, namesIn, OperatingError, packageVersion, replaceFile } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { identifier, literal } from './engine/quote.ts'
import { syncTree } from './sync-tree.ts'

/** What says that a folder is a backup of ours. */
export const aboutFile = 'millrace-backup.json'
/** The engine's own files of a backup. */
export const filesFolder = 'files'

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
  const [made, files] = [join(backupFolder(config), id), join(target, filesFolder)]
  try {
    const answer = await client.query({
      query: `BACKUP DATABASE ${identifier(database)} TO File(${literal(made)})`,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<{ status: string }>()
    if (row?.status !== 'BACKUP_CREATED')
      throw new OperatingError('BACKUP_FAILED', `the engine made no backup (${row?.status ?? 'no answer'})`)
    await mkdir(target, { recursive: true })
    await move(made, files)
    await syncTree(target)
  } catch (error) {
    // half of one is in the way of the next try
    await rm(files, { recursive: true, force: true })
    throw error
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  const bytes = await sizeOf(client)
  const about = { version: packageVersion(), database, madeAt: new Date(nowMs).toISOString(), bytes }
  // last, so that what was broken off is no backup
  await replaceFile(join(target, aboutFile), `${JSON.stringify(about)}\n`)
  return about
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
