import type { StoreReader } from '../store-reader.ts'

/** One incarnation of a file, as far as it is known. */
export interface StoredFile {
  host: string
  path: string
  generation: string
  /** Its bytes, half open. */
  from: number
  to: number
  lines: number
  /** When its first and last record were made, in nanoseconds. */
  first: string
  last: string
  /** Records with bytes that are in no row, or not as they were written. */
  gaps: number
}

const maxFiles = 10_000

/** Files of all hosts, or of one; newest first. */
export async function listFiles(
  reader: StoreReader,
  question: { tenant: string; host: string; path: string },
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const { rows } = await reader.rows<StoredFile>(
    `SELECT Agent AS host, Source AS path, Generation AS generation, min(\`From\`) AS from, max(\`To\`) AS to,
        sum(Lines) AS lines, toString(toUnixTimestamp64Nano(toDateTime64(min(IngestedAt), 9))) AS first,
        toString(toUnixTimestamp64Nano(toDateTime64(max(IngestedAt), 9))) AS last, countIf(Gaps != '') AS gaps
      FROM ledger
      WHERE Tenant = {tenant:String} AND HasCrc = 1 AND ({host:String} = '' OR Agent = {host:String})
        AND startsWith(Source, {path:String})
      GROUP BY Agent, Source, Generation ORDER BY max(IngestedAt) DESC, host, path LIMIT ${maxFiles}`,
    question,
    signal,
  )
  return rows
}
