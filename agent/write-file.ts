import { open, rename } from 'node:fs/promises'

/** Replaces a file as a whole: after a crash there is the old one or the new one, never half of either. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(content)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
