import { readFile, rm, truncate } from 'node:fs/promises'
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

/** The file while the folder is in use. */
export interface BootNote {
  /** To be called at the end. */
  clear(): Promise<void>
  /** Has the next start look at the folder as after a loss of power, whatever ends this one. */
  distrust(): Promise<void>
}

export async function noteBoot(path: string): Promise<BootNote> {
  await replaceFile(path, await bootId())
  let isTrusted = true
  return {
    clear: async () => {
      if (isTrusted) await rm(path, { force: true })
    },
    distrust: async () => {
      isTrusted = false
      // takes no room
      await truncate(path)
    },
  }
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
