import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../lib/base/index.ts'
import type { AuditEntry } from './audit.ts'
import { auditFile, queryFolder } from './file-names.ts'

/** Of a longer file the end is read: it has more than anybody looks through. */
const maxBytes = 4_194_304

/** The last entries of the audit log that have the text, the newest first. Nothing where there is no log yet. */
export async function readAudit(dataDir: string, limit: number, text: string): Promise<AuditEntry[]> {
  const wanted = text.toLowerCase()
  const found: AuditEntry[] = []
  for (const line of (await lastLines(join(queryFolder(dataDir), auditFile))).reverse()) {
    if (found.length >= limit) break
    if (!line.toLowerCase().includes(wanted)) continue
    const entry = parse(line)
    if (entry !== undefined) found.push(entry)
  }
  return found
}

/** Undefined for what is no entry: a line that is still being written, or a note of entries that were lost. */
function parse(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<AuditEntry>
    return entry.path === undefined ? undefined : (entry as AuditEntry)
  } catch {
    return undefined
  }
}

async function lastLines(path: string): Promise<string[]> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const from = Math.max(0, size - maxBytes)
    const buffer = Buffer.alloc(size - from)
    await file.read(buffer, 0, buffer.length, from)
    const lines = buffer.toString('utf8').split('\n')
    return from === 0 ? lines : lines.slice(1)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
