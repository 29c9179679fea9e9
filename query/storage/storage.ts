import { rollups, rollupTable } from '../../store/index.ts'
import type { StoreReader } from '../store-reader.ts'

/** What a service of a tenant sends. Bytes are those of its lines as they were written. */
export interface ServiceStorage {
  tenant: string
  service: string
  linesDay: number
  bytesDay: number
  lines: number
  bytes: number
}

/** A table as it lies on the disk. */
export interface TableStorage {
  table: string
  rows: number
  bytes: number
  /** Bytes of the data before they were compressed. */
  uncompressedBytes: number
}

const maxServices = 1_000

/** Which services fill the store: in the last day, and in all that is kept. */
export async function storageByService(
  reader: StoreReader,
  nowMs: number,
  signal: AbortSignal,
): Promise<ServiceStorage[]> {
  const table = rollupTable(rollups.logs, rollups.logs.windows[3])
  const { rows } = await reader.rows<ServiceStorage>(
    `SELECT Tenant AS tenant, ServiceName AS service,
        sumIf(Lines, Window >= toDateTime({day:UInt32})) AS linesDay,
        sumIf(Bytes, Window >= toDateTime({day:UInt32})) AS bytesDay,
        sum(Lines) AS lines, sum(Bytes) AS bytes
      FROM ${table} GROUP BY tenant, service HAVING lines > 0 ORDER BY bytes DESC LIMIT ${maxServices}`,
    { day: Math.floor(nowMs / 1000) - 86_400 },
    signal,
  )
  return rows
}

/** Tables by size on the disk. */
export async function storageByTable(reader: StoreReader, signal: AbortSignal): Promise<TableStorage[]> {
  const { rows } = await reader.rows<TableStorage>(
    `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, sum(data_uncompressed_bytes) AS uncompressedBytes
      FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC`,
    {},
    signal,
  )
  return rows
}

export interface Growth {
  /** Bytes of text of the last day, and of all lines that are kept. */
  sentDay: number
  sent: number
  /** What the database takes on the disk. */
  storedBytes: number
  freeBytes: number
  retentionDays: number
}

/**
 * What a day adds to the disk: the text that came in, as small as the store has made all that it keeps. With it how large
 * the database becomes before retention takes away as much as comes in, and in how many days the disk is full before
 * that; null where it is not.
 */
export function forecast({ sentDay, sent, storedBytes, freeBytes, retentionDays }: Growth): {
  bytesDay: number
  fullSizeBytes: number
  daysLeft: number | null
} {
  const bytesDay = sent === 0 ? 0 : sentDay * (storedBytes / sent)
  const fullSizeBytes = bytesDay * retentionDays
  const growth = fullSizeBytes - storedBytes
  const isFull = bytesDay > 0 && growth > freeBytes
  return { bytesDay, fullSizeBytes, daysLeft: isFull ? Math.floor(freeBytes / bytesDay) : null }
}
