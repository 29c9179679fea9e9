import { open } from 'node:fs/promises'

/** Makes names that were made, changed or removed in a folder last through a loss of power. Source: fsync(2). */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
