import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, ensureFolder, type Logger, lockFolder } from '../../lib/base/index.ts'
import type { Config } from '../config.ts'

/** A lasting name for this aggregator in its group, held by one process at a time. */
export interface Instance {
  id: string | undefined
  release(): Promise<void>
}

/**
 * Takes the name kept in `dataDir/aggregator`. With it the group gives a restarted aggregator its partitions back at once.
 * A second aggregator on the same folder goes without one.
 */
export async function takeInstance(config: Config, logger: Logger): Promise<Instance> {
  const folder = join(config.dataDir, 'aggregator')
  await ensureFolder(folder)
  try {
    const release = await lockFolder(folder)
    return { id: await readOrMake(join(folder, 'instance')), release }
  } catch (error) {
    if (codeOf(error) !== 'FOLDER_LOCKED') throw error
    logger.info('another aggregator uses this folder: joining the group without a lasting name', { folder })
    return { id: undefined, release: () => Promise.resolve() }
  }
}

async function readOrMake(path: string): Promise<string> {
  const present = await readFile(path, 'utf8').catch(() => '')
  if (/^[\w-]{1,100}\n$/.test(present)) return present.trim()
  const id = `millrace-${randomUUID()}`
  await writeFile(path, `${id}\n`)
  return id
}
