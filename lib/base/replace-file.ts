import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './errors.ts'
import { syncFolder } from './sync-folder.ts'

const temporaryEnding = '.tmp'

/**
 * Replaces a file as a whole: after a crash or a loss of power there is the old one or the new one, never half of either,
 * and once this resolves the new one. Text may come in pieces, of which one at a time is held. `isSynced` false: what is lost
 * with the power can be found out again. `mode`: who may read it, from its first byte on.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  isSynced = true,
  mode?: number,
): Promise<void> {
  const temporary = path + temporaryEnding
  const file = await open(temporary, 'w', mode)
  try {
    // a file that was left behind keeps the rights it had
    if (mode !== undefined) await file.chmod(mode)
    await file.writeFile(content)
    if (isSynced) await file.datasync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  if (isSynced) await syncFolder(dirname(path))
}

/**
 * Makes a file as a whole, unless there is one already: of several who do so at once, on whichever machine that sees the
 * folder, one does. Resolves to whether it was this one.
 */
export async function createFile(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}${temporaryEnding}`
  await replaceFile(temporary, content)
  try {
    await link(temporary, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  } finally {
    await rm(temporary)
  }
}
