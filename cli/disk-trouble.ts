import { codeOf, OperatingError } from '../lib/base/index.ts'

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room on it',
  EDQUOT: 'the quota of this user is used up: raise it, or make room',
  EROFS: 'the file system is read-only: mount it for writing',
  EIO: 'the disk fails: mend it, or move the folder to another one',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
}

/**
 * What the disk refused, in words that name the folder and the remedy; anything else as it is. Codes: errno(3).
 *
 * @example
 * inWords(Object.assign(new Error('write'), { code: 'ENOSPC' }), '/data')
 * // => DISK_UNUSABLE: cannot work in /data (ENOSPC): the disk is full: make room on it, then start again
 */
export function inWords(error: unknown, folder: string): unknown {
  const code = error instanceof OperatingError ? undefined : codeOf(error)
  const remedy = code === undefined ? undefined : remedies[code]
  if (remedy === undefined) return error
  const message = `cannot work in ${folder} (${code}): ${remedy}, then start again`
  return new OperatingError('DISK_UNUSABLE', message, { cause: error })
}
