import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders } from '../../lib/ledger/index.ts'
import type { Log } from '../../lib/log/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { BatchReader } from '../ship/batch-reader.ts'

export interface Damage {
  lane: string
  offset: number
  nextOffset: number
  bytes: Buffer
}

export interface LaneCheck {
  lane: string
  batches: number
  records: number
  bytes: number
  damages: Damage[]
}

/** Reads every batch of a lane and checks it against its checksum. */
export async function checkLane(lane: string, log: Log): Promise<LaneCheck> {
  const check: LaneCheck = { lane, batches: 0, records: 0, bytes: 0, damages: [] }
  const reader = new BatchReader(log, log.startOffset)
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    check.batches++
    check.records += batch.nextOffset - batch.offset
    check.bytes += batch.bytes.length
    if (!batch.intact) check.damages.push({ lane, ...batch })
  }
  return check
}

export interface ShownRecord {
  offset: number
  entry: LedgerEntry | undefined
  value: Buffer
}

/** Records of a lane from an offset on. */
export async function* recordsFrom(log: Log, offset: number): AsyncGenerator<ShownRecord> {
  const reader = new BatchReader(log, Math.max(offset, log.startOffset))
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next())
    if (batch.intact)
      for (const record of recordsOf(batch.bytes, batch.offset)) if (record.offset >= offset) yield record
}

/** Records of one batch, as it stands in a file. */
export function* recordsOf(bytes: Buffer, firstOffset: number): Generator<ShownRecord> {
  const cursor = new BatchCursor(bytes)
  if (!cursor.next()) return
  let offset = firstOffset
  for (const { value, headers } of readRecords(cursor)) {
    const all = headers.map(header => ({
      key: header.key,
      value: header.value === null ? '' : String(header.value),
    }))
    yield { offset: offset++, entry: readLedgerHeaders(all), value: Buffer.from(value ?? Buffer.alloc(0)) }
  }
}

/** Of a lane, by its name. */
export function signalOf(lane: string): Signal {
  return lane.includes('metrics') ? 'metrics' : lane.includes('traces') ? 'traces' : 'logs'
}
