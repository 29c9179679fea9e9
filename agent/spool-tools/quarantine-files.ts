import { existsSync, readdirSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, namesIn, OperatingError } from '../../lib/base/index.ts'
import { BatchCursor, validateBatch } from '../../lib/kafka/index.ts'
import { quarantineFolder } from '../file-names.ts'

/** One batch that was set aside. */
export interface QuarantinedBatch {
  file: string
  /** The lane it was in; of an output besides Kafka with the output's name before it. */
  lane: string
  offset: number
  bytes: number
  /** Undefined where the bytes are no whole batch any more. */
  records: number | undefined
  atMs: number
}

/** Everything that was set aside, oldest first. */
export async function listQuarantine(agentFolder: string): Promise<QuarantinedBatch[]> {
  const folder = quarantineFolder(agentFolder)
  // none where nothing was ever set aside
  const names = (await namesIn(folder)).filter(isBatch)
  const found = await Promise.all(names.map(name => describe(join(folder, name))))
  return found.sort((a, b) => a.atMs - b.atMs)
}

export function countQuarantined(agentFolder: string): number {
  const folder = quarantineFolder(agentFolder)
  return existsSync(folder) ? readdirSync(folder).filter(isBatch).length : 0
}

/** The bytes of one, by its path or the name of its file. Errors: NOT_IN_QUARANTINE. */
export async function readQuarantined(agentFolder: string, file: string): Promise<Buffer> {
  const path = join(quarantineFolder(agentFolder), basename(file))
  try {
    return await readFile(path)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
    throw new OperatingError('NOT_IN_QUARANTINE', `there is no ${path}: see millrace agent spool list`, {
      cause,
    })
  }
}

export function removeQuarantined(agentFolder: string, file: string): Promise<void> {
  return rm(join(quarantineFolder(agentFolder), basename(file)), { force: true })
}

function isBatch(name: string): boolean {
  return name.endsWith('.batch')
}

async function describe(path: string): Promise<QuarantinedBatch> {
  const file = basename(path)
  const match = /^(.*)-(\d{20})\.batch$/.exec(file)
  const [{ size, mtimeMs }, bytes] = await Promise.all([stat(path), readFile(path)])
  return {
    file,
    lane: match?.[1] ?? '',
    offset: Number(match?.[2] ?? 0),
    bytes: size,
    records: recordsOf(bytes),
    atMs: mtimeMs,
  }
}

function recordsOf(bytes: Buffer): number | undefined {
  const cursor = new BatchCursor(bytes)
  return cursor.next() && validateBatch(cursor) === undefined ? cursor.count : undefined
}
