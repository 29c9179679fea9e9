import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../lib/base/index.ts'
import { sizesIn } from './part-files.ts'

/** Whether each file of a part is as long as the part says; true of one that is not there: it was merged meanwhile. */
export async function isWholePart(path: string): Promise<boolean> {
  const checksums = await checksumsOf(path)
  if (checksums === undefined) return true
  const sizes = await sizesIn(checksums)
  if (sizes === undefined) return false
  for (const [name, size] of sizes) {
    const found = await sizeOf(join(path, name))
    if (found !== undefined && found !== size) return false
    if (found === undefined && (await checksumsOf(path)) !== undefined) return false
  }
  return true
}

/** What a part says of its files; undefined where there is no such part. */
export async function checksumsOf(path: string): Promise<Buffer | undefined> {
  return await unlessGone(() => readFile(join(path, 'checksums.txt')))
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
