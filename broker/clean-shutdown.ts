import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../lib/base/index.ts'
import { cleanShutdownMarker } from './filenames.ts'

/** What Kafka writes into it; a node without a controller has no epoch. */
const content = '{"version":0,"brokerEpoch":-1}'

/** Says that every log in the folder is whole and written down. */
export async function leaveCleanShutdown(folder: string): Promise<void> {
  await writeFile(join(folder, cleanShutdownMarker), content)
}

/** Whether the last shutdown was clean; from now on it is not, until the next one. */
export async function takeCleanShutdown(folder: string): Promise<boolean> {
  try {
    await rm(join(folder, cleanShutdownMarker))
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
