import { OperatingError } from '../../lib/base/index.ts'
import { BatchCursor, validateBatch } from '../../lib/kafka/index.ts'
import { readLedgerHeaders, tenantHeader } from '../../lib/ledger/index.ts'
import { type LaneRecord, laneRecords } from '../records/lane-records.ts'
import type { Lane } from '../spool/lane.ts'
import type { Spool } from '../spool/spool.ts'
import { readQuarantined, removeQuarantined } from './quarantine-files.ts'

/** Sends what an output had set aside there again, and answers how many records; undefined where it is none of its batches. */
export type OutputReplay = (file: string, records: readonly LaneRecord[]) => Promise<number | undefined>

/**
 * Sends a batch once more that was set aside, and lets it go then: one of an output there alone, by `toOutput`; any other
 * by putting its records at the end of their lane again, where they are durable.
 * Errors: NOT_IN_QUARANTINE, BATCH_DAMAGED, NO_LANE, OUTPUT_REFUSED, OUTPUT_UNAVAILABLE.
 */
export async function replayBatch(
  spool: Spool,
  agentFolder: string,
  file: string,
  toOutput?: OutputReplay,
): Promise<number> {
  const bytes = await readQuarantined(agentFolder, file)
  const cursor = new BatchCursor(bytes)
  if (!cursor.next() || validateBatch(cursor) !== undefined)
    throw new OperatingError(
      'BATCH_DAMAGED',
      `${file} is no whole batch any more: its bytes can be looked at, but not sent`,
    )
  const records = laneRecords(bytes)
  const sent = (await toOutput?.(file, records)) ?? (await appendAll(spool, file, records))
  await removeQuarantined(agentFolder, file)
  return sent
}

async function appendAll(spool: Spool, file: string, records: readonly LaneRecord[]): Promise<number> {
  const lane = laneOf(spool.lanes, file)
  if (lane === undefined) {
    const message = `${file} is of no lane of the spool: what an output refused is sent there by the agent that runs, with that output`
    throw new OperatingError('NO_LANE', message)
  }
  const appends = records.flatMap(({ value, headers }) => {
    const entry = readLedgerHeaders(headers)
    // it is whose it was; where its file is read has long moved on
    const kept = headers.filter(({ key }) => key === tenantHeader)
    return entry === undefined ? [] : [lane.append({ value, entry, headers: kept })]
  })
  await Promise.all(appends)
  return appends.length
}

/** The lane that a file is named for: of `logs` and `logs-2` the longer name. */
function laneOf(lanes: readonly Lane[], file: string): Lane | undefined {
  const named = lanes.filter(({ name }) => file.startsWith(`${name}-`))
  return named.sort((a, b) => b.name.length - a.name.length)[0]
}
