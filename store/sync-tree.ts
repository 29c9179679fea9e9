import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../lib/base/index.ts'

/** Makes all files below a folder, and their names, last through a loss of power: what the engine copies it does not sync. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncTree(path)
    else if (entry.isFile()) await syncFile(path)
  }
  await syncFolder(folder)
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}
