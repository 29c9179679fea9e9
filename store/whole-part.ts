import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../lib/base/index.ts'
import { sizesIn } from './part-files.ts'

/**
 * Whether each file of a part is as long as the part says; true of one that is not there: it was merged meanwhile. The engine gives
 * a part its name when all is written, and takes the name from it before it removes anything.
 */
export async function isWholePart(path: string): Promise<boolean> {
  const checksums = await checksumsOf(path)
  if (checksums === undefined) return !(await isThere(path))
  const sizes = await sizesIn(checksums)
  if (sizes === undefined) return false
  for (const [name, size] of sizes) {
    const found = await sizeOf(join(path, name))
    if (found !== undefined && found !== size) return false
    if (found === undefined && (await checksumsOf(path)) !== undefined) return false
  }
  return true
}

/** As `isWholePart`, by what is written last alone. */
export async function isEnded(path: string): Promise<boolean> {
  const checksums = await checksumsOf(path)
  return checksums === undefined ? !(await isThere(path)) : checksums.length > 0
}

/** What a part says of its files; undefined where it says nothing, or is not there. */
async function checksumsOf(path: string): Promise<Buffer | undefined> {
  return await unlessGone(() => readFile(join(path, 'checksums.txt')))
}

async function isThere(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== undefined
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await unlessGone(() => stat(path)))?.size
}

async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
