import { readFile } from 'node:fs/promises'
import { codeOf, OperatingError } from '../../../base/index.ts'

/** A file that a configuration key names. Errors: KAFKA_FILE_UNREADABLE. */
export async function readSecurityFile(key: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const message = `cannot read ${path} (${codeOf(cause)}): set ${key} to a file that this user may read`
    throw new OperatingError('KAFKA_FILE_UNREADABLE', message, { cause })
  }
}
