import { readFile, rm } from 'node:fs/promises'
import { codeOf, replaceFile } from '../../lib/base/index.ts'

const bootIdFile = '/proc/sys/kernel/random/boot_id'

/**
 * Whether power may have been lost since the file was left: it says in which boot of the machine the folder was in use, until
 * the end. Where the system does not tell, any end but a clean one may have been that. Source: random(4).
 */
export async function powerMayBeLost(path: string): Promise<boolean> {
  const before = await textOf(path)
  return before !== undefined && (before === '' || before !== (await bootId()))
}

/** Answers what takes the file away at the end. */
export async function noteBoot(path: string): Promise<() => Promise<void>> {
  await replaceFile(path, await bootId())
  return () => rm(path, { force: true })
}

async function bootId(): Promise<string> {
  return (await textOf(bootIdFile))?.trim() ?? ''
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
