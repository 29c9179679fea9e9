import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Logger, namesIn, replaceFile } from '../../lib/base/index.ts'
import { tableFolders } from '../table-folders.ts'
import { isWholePart } from '../whole-part.ts'
import { partsWithoutRecord, recordsWithoutPart, replaceable } from './mend.ts'
import {
  type BlockRecord,
  isInserted,
  type Part,
  Parts,
  partOf,
  readRecords,
  writeRecord,
} from './records.ts'

/** In a table's folder: what the engine knows of inserted blocks. */
const logsFolder = 'deduplication_logs'
const logName = /^deduplication_log_(\d+)\.txt$/

/** The log that is being written; undefined where blocks of the table are not known again. */
export async function currentLog(table: string): Promise<string | undefined> {
  const numbers = (await logNumbers(table)).sort((a, b) => b - a)
  return numbers[0] === undefined ? undefined : logPath(table, numbers[0])
}

/** Blocks that were noted since the log had so many bytes, and of which there is no part: names of parts. */
export async function blocksWithoutPart(table: string, log: string, from: number): Promise<string[]> {
  const { records } = readRecords(await textFrom(log, from))
  const noted = new Set(records.map(({ part }) => part))
  const parts: string[] = []
  for (const name of await namesIn(table))
    if (!noted.has(name) || (await namesIn(join(table, name))).includes('checksums.txt')) parts.push(name)
  return [...recordsWithoutPart(records, parts)].map(({ part }) => part)
}

/** Parts that were inserted since the table's last block was this one. */
export async function insertedSince(table: string, lastBlock: number): Promise<Part[]> {
  return new Parts(await namesIn(table)).all.filter(part => part.first > lastBlock && isInserted(part))
}

/** The last block that a part of the table has; 0 where there is none. */
export async function lastBlock(table: string): Promise<number> {
  return new Parts(await namesIn(table)).all.reduce((most, { last }) => Math.max(most, last), 0)
}

/**
 * Of parts that were inserted since the log had so many bytes, those of which no log says so. The engine writes the record before
 * it gives the part its name, and goes on where it could not write it. `othersUnnoted`: meanwhile something was inserted that is
 * never noted, so that of a part without a record it cannot be told whose it is where others came with one.
 */
export async function unnotedParts(
  table: string,
  log: string,
  from: number,
  inserted: readonly Part[],
  othersUnnoted: boolean,
): Promise<string[]> {
  const since = readRecords(await textFrom(log, from))
  if (othersUnnoted && since.isWhole && since.records.length > 0) return []
  const lacking = (records: readonly BlockRecord[], parts: readonly Part[]) => {
    const noted = new Set(records.map(({ part }) => part))
    return parts.filter(({ name }) => !noted.has(name))
  }
  const suspects = lacking(since.records, inserted)
  if (suspects.length === 0) return []
  // of others that go in at the same time the record may stand further up, or in the log before
  const all = (await logNumbers(table)).map(async number => await readFile(logPath(table, number), 'utf8'))
  const records = (await Promise.all(all)).flatMap(text => readRecords(text).records)
  return lacking(records, suspects).map(({ name }) => name)
}

/** A log may be of many inserts, and of each only the end is asked for. */
async function textFrom(path: string, from: number): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), { position: from })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Those of which the disk did not take all. */
export async function tornOf(table: string, parts: readonly { name: string }[]): Promise<string[]> {
  const torn: string[] = []
  for (const { name } of parts) if (!(await isWholePart(join(table, name)))) torn.push(name)
  return torn
}

/**
 * Makes what the engine remembers of inserted blocks agree with the parts that are there, for all tables of a data folder that
 * no engine has open: see `replaceable`, `recordsWithoutPart` and, where power may have been lost, `partsWithoutRecord`. Those
 * parts are moved to `detached`. The engine itself does neither, though a repeated insert relies on both.
 */
export async function mendDeduplication(
  dataFolder: string,
  wasPowerLost: boolean,
  logger: Logger,
): Promise<void> {
  for (const table of await tableFolders(dataFolder)) await mendTable(table, wasPowerLost, logger)
}

async function mendTable(table: string, wasPowerLost: boolean, logger: Logger): Promise<void> {
  await setAsideUnlisted(table, logger)
  const numbers = (await logNumbers(table)).sort((a, b) => a - b)
  if (numbers.length === 0) return
  const parts = await namesIn(table)
  const all: BlockRecord[] = []
  for (const number of numbers) all.push(...(await mendLog(table, logPath(table, number), parts, logger)))
  if (!wasPowerLost) return
  for (const part of partsWithoutRecord(all, parts)) {
    const to = join(table, 'detached', `unacknowledged_${part}`)
    logger.warn('rows whose insert was never answered are set aside: whoever sent them sends them again', {
      to,
    })
    await rename(join(table, part), to)
  }
}

/** Parts that a loss of power left without the list of their files. */
async function setAsideUnlisted(table: string, logger: Logger): Promise<void> {
  const parts = (await namesIn(table)).filter(name => partOf(name) !== undefined)
  const withoutList: string[] = []
  for (const part of parts)
    if (!(await namesIn(join(table, part))).includes('checksums.txt')) withoutList.push(part)
  for (const part of replaceable(withoutList, parts)) {
    const to = join(table, 'detached', `torn_${part}`)
    logger.warn('a part without all of its files is set aside: its rows are sent again, or stand in others', {
      to,
    })
    await mkdir(dirname(to), { recursive: true })
    await rename(join(table, part), to)
  }
}

/** Answers the records that stay. */
async function mendLog(
  table: string,
  path: string,
  parts: readonly string[],
  logger: Logger,
): Promise<BlockRecord[]> {
  const text = await readFile(path, 'utf8')
  const { records, isWhole } = readRecords(text)
  // the engine sets aside what it cannot read
  const noted = records.flatMap(({ part, isForgotten }) => (isForgotten ? [] : { name: part }))
  const torn = new Set(await tornOf(table, noted))
  const orphans = recordsWithoutPart(
    records,
    parts.filter(part => !torn.has(part)),
  )
  const kept = records.filter(record => !orphans.has(record))
  if (isWhole && orphans.size === 0) return kept
  logger.info('forgetting blocks that were noted and are not there', { path, blocks: orphans.size })
  await replaceFile(path, kept.map(writeRecord))
  return kept
}

async function logNumbers(table: string): Promise<number[]> {
  const names = await namesIn(join(table, logsFolder))
  return names.flatMap(name => logName.exec(name)?.[1] ?? []).map(Number)
}

function logPath(table: string, number: number): string {
  return join(table, logsFolder, `deduplication_log_${number}.txt`)
}
