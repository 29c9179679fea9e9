import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  path: string
  unmount(): void
}

/** A disk in memory that is soon full; undefined where this process may not mount one. */
export function mountDisk(mebibytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'millrace-small-disk-'))
  const options = ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]
  const isMounted = spawnSync('mount', options).status === 0
  const unmount = () => {
    if (isMounted) spawnSync('umount', [path])
    rmdirSync(path)
  }
  if (isMounted) return { path, unmount }
  unmount()
  return undefined
}

export function canMountDisk(): boolean {
  const disk = mountDisk(1)
  disk?.unmount()
  return disk !== undefined
}
