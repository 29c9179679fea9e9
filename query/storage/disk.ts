import type { StoreReader } from '../store-reader.ts'

/** The disk that is nearest to being full of those that the store has, and which ClickHouse says so. */
export interface StoreDisk {
  version: string
  /** Folder in which its parts stand; '' where they stand in none, as in an object store. */
  path: string
  freeBytes: number
  totalBytes: number
}

/** Undefined where the store knows of no disk. Errors: those of the store. */
export async function fullestDisk(reader: StoreReader, signal: AbortSignal): Promise<StoreDisk | undefined> {
  const { rows } = await reader.rows<StoreDisk>(
    `SELECT version() AS version, path, free_space AS freeBytes, total_space AS totalBytes
      FROM system.disks ORDER BY free_space LIMIT 1`,
    {},
    signal,
  )
  return rows[0]
}
