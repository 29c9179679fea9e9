import { rename, stat } from 'node:fs/promises'
import { codeOf } from './errors.ts'

/** A file's bytes; 0 where it is not there. Errors: those of the system. */
export async function sizeOfFile(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
}

/** `app.log` becomes `app.log.1`, that `app.log.2`, and so on; of those so many stay, the oldest goes. Errors: those of the system. */
export async function rotateFiles(path: string, kept: number): Promise<void> {
  for (let i = kept; i > 0; i--) {
    try {
      await rename(i === 1 ? path : `${path}.${i - 1}`, `${path}.${i}`)
    } catch (error) {
      // not so many yet
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}
