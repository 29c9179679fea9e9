import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quarantineFolder } from '../file-names.ts'

/** Keeps a batch that cannot be shipped, as its bytes are, for somebody to look at. Answers with the file. */
export async function quarantine(
  agentFolder: string,
  lane: string,
  spoolOffset: number,
  batch: Buffer,
): Promise<string> {
  const folder = quarantineFolder(agentFolder)
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${lane}-${String(spoolOffset).padStart(20, '0')}.batch`)
  // the same batch again after a crash in between replaces itself
  await writeFile(path, batch, { flush: true })
  return path
}
