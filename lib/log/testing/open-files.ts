import { readdirSync, readlinkSync } from 'node:fs'
import { codeOf } from '../../base/index.ts'

/** Files below a folder that this process has open, deleted ones too: other tests may run beside. Linux. */
export function openFilesIn(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(fd => linkOf(`/proc/self/fd/${fd}`))
    .filter(path => path.startsWith(folder))
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    // closed since
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}
