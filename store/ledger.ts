import { type LedgerEntry, readGaps, readServices } from '../lib/ledger/index.ts'

/** A row of the table `ledger`: one record of a topic, or a batch that could not be read. */
export interface StoredRecord {
  topic: string
  partition: number
  offset: number
  /** Offset of what follows it. */
  nextOffset: number
  /** Undefined where no agent sent it. */
  entry: LedgerEntry | undefined
  /** Rows made of it. */
  rows: number
  /** Days that all of its rows are kept from `ingestedMs` on; 0 where it has none. */
  retentionDays: number
  ingestedMs: number
  /** '' where all is well. */
  error: string
  /** Offset at which it first stood, where it was put back out of the dead letters. */
  replayOf: number | undefined
}

/** What `readStoredRecord` reads, as JSON. */
export interface StoredRecordJson {
  topic: string
  partition: number
  offset: string
  next: string
  agent: string
  source: string
  generation: string
  from: string
  to: string
  lines: number
  rows: number
  dropped: string
  gaps: string
  services: string
  hasCrc: 0 | 1
  crc: number
  ingested: string
  retention: number
  error: string
  replayOf: string
}

export const storedRecordColumns = `Topic AS topic, TopicPartition AS partition, toString(TopicOffset) AS offset,
  toString(NextOffset) AS next, Agent AS agent, Source AS source, Generation AS generation, toString(\`From\`) AS from,
  toString(\`To\`) AS to, Lines AS lines, Rows AS rows, Dropped AS dropped, Gaps AS gaps, Services AS services,
  HasCrc AS hasCrc, Crc32c AS crc, toString(toUnixTimestamp64Milli(IngestedAt)) AS ingested, RetentionDays AS retention,
  Error AS error, ReplayOf AS replayOf`

export function readStoredRecord(row: StoredRecordJson): StoredRecord {
  return {
    topic: row.topic,
    partition: row.partition,
    offset: Number(row.offset),
    nextOffset: Number(row.next),
    entry: row.agent === '' ? undefined : entryOf(row),
    rows: row.rows,
    retentionDays: row.retention,
    ingestedMs: Number(row.ingested),
    error: row.error,
    replayOf: row.replayOf === '' ? undefined : Number(row.replayOf),
  }
}

function entryOf(row: StoredRecordJson): LedgerEntry {
  const services = readServices(row.services)
  return {
    agent: row.agent,
    source: row.source,
    generation: row.generation,
    from: Number(row.from),
    to: Number(row.to),
    lines: row.lines,
    dropped: JSON.parse(row.dropped) as Record<string, number>,
    crc32c: row.hasCrc === 1 ? row.crc : undefined,
    services: services === undefined || services.length === 0 ? undefined : services,
    gaps: readGaps(row.gaps) ?? [],
  }
}

/**
 * Rows of an installation whatever their tenant, as a condition on otel_logs: a rule or a sender may have put them under one
 * of their own, which their resource or their record names.
 */
export const anyTenantOf = `(Tenant = {tenant:String} OR Tenant = ResourceAttributes['millrace.tenant'] OR Tenant IN
    (SELECT DISTINCT SentTenant FROM ledger WHERE Tenant = {tenant:String} AND SentTenant != ''))`

const msPerDay = 86_400_000

/** Whether retention may have taken rows of the record: before that none of them goes. */
export function isExpired({ ingestedMs, retentionDays }: StoredRecord, nowMs: number): boolean {
  return (
    retentionDays > 0 && Math.floor(nowMs / msPerDay) >= Math.floor(ingestedMs / msPerDay) + retentionDays
  )
}
