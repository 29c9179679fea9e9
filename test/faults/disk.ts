import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const size = '3g'

/** A file system in memory at this folder, which can be filled without harm; false where none may be mounted. */
export function mountDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    // not root, or a container that may not mount
    return false
  }
}

export function unmountDisk(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' })
}
