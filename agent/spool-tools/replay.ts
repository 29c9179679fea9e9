import { OperatingError } from '../../lib/base/index.ts'
import { BatchCursor, readRecords, validateBatch } from '../../lib/kafka/index.ts'
import { readLedgerHeaders } from '../../lib/ledger/index.ts'
import type { Spool } from '../spool/spool.ts'
import { readQuarantined, removeQuarantined } from './quarantine-files.ts'

/**
 * Puts the records of a batch that was set aside at the end of their lane again, one by one, and lets the batch go once
 * they are durable there. Errors: NOT_IN_QUARANTINE, BATCH_DAMAGED, NO_LANE.
 */
export async function replayBatch(spool: Spool, agentFolder: string, file: string): Promise<number> {
  const bytes = await readQuarantined(agentFolder, file)
  const cursor = new BatchCursor(bytes)
  if (!cursor.next() || validateBatch(cursor) !== undefined)
    throw new OperatingError(
      'BATCH_DAMAGED',
      `${file} is no whole batch any more: its bytes can be looked at, but not sent`,
    )
  const lane = spool.lanes.find(({ name }) => file.startsWith(`${name}-`) || file.includes(`-${name}-`))
  if (lane === undefined) throw new OperatingError('NO_LANE', `the spool has no lane for ${file}`)
  const appends: Promise<void>[] = []
  for (const { value, headers } of readRecords(cursor)) {
    const all = headers.map(header => ({
      key: header.key,
      value: header.value === null ? '' : String(header.value),
    }))
    const entry = readLedgerHeaders(all)
    if (value === null || entry === undefined) continue
    // without the header of the file's position: where it is read has long moved on
    appends.push(lane.append({ value: Buffer.from(value), entry }))
  }
  await Promise.all(appends)
  await removeQuarantined(agentFolder, file)
  return appends.length
}
