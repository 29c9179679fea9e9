import { type LedgerEntry, writeGaps, writeServices } from '../../lib/ledger/index.ts'
import { UInt8Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { StringColumn } from '../native/string.ts'
import type { RecordPosition } from './position.ts'

/** What came of one record, or of a whole batch that could not be read. */
export interface LedgerNote {
  /** Offset of what follows it. */
  nextOffset: number
  /** Undefined where no agent sent it. */
  entry: LedgerEntry | undefined
  rows: number
  /** The least of its log lines; 0 where there are none. */
  retentionDays: number
  /** Offset at which a record first stood that was put back out of the dead letters; '' for others. */
  replayOf: string
  /** '' where all is well. */
  error: string
}

/** Rows of the table `ledger`: once per Kafka record, so strings are fine. */
export class LedgerRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    Topic: new LowCardinalityColumn(),
    TopicPartition: new UInt32Column(),
    TopicOffset: new UInt64Column(),
    NextOffset: new UInt64Column(),
    Agent: new LowCardinalityColumn(),
    Source: new LowCardinalityColumn(),
    Generation: new LowCardinalityColumn(),
    From: new UInt64Column(),
    To: new UInt64Column(),
    Lines: new UInt32Column(),
    Rows: new UInt32Column(),
    Dropped: new StringColumn(),
    Gaps: new StringColumn(),
    Services: new StringColumn(),
    HasCrc: new UInt8Column(),
    Crc32c: new UInt32Column(),
    IngestedAt: new UInt64Column('DateTime64(3)'),
    RetentionDays: new UInt16Column(),
    Error: new StringColumn(),
    ReplayOf: new StringColumn(),
    SentTenant: new LowCardinalityColumn(),
  }
  readonly #tenant: string

  constructor(tenant: string) {
    this.#tenant = tenant
  }

  clear(): void {
    for (const column of Object.values(this.columns)) column.clear()
  }

  add(position: RecordPosition, note: LedgerNote): void {
    const { nextOffset, entry, rows, retentionDays, replayOf, error } = note
    const { columns } = this
    columns.Tenant.pushText(this.#tenant)
    columns.Topic.pushText(position.topic)
    columns.TopicPartition.push(position.partition)
    columns.TopicOffset.pushNumber(position.offset)
    columns.NextOffset.pushNumber(nextOffset)
    columns.Rows.push(rows)
    columns.IngestedAt.pushNumber(position.timestampMs)
    columns.RetentionDays.push(retentionDays)
    columns.Error.pushText(error)
    columns.ReplayOf.pushText(replayOf)
    columns.SentTenant.pushText(position.tenant)
    this.#entry(entry)
  }

  #entry(entry: LedgerEntry | undefined): void {
    const { columns } = this
    columns.Agent.pushText(entry?.agent ?? '')
    columns.Source.pushText(entry?.source ?? '')
    columns.Generation.pushText(entry?.generation ?? '')
    columns.From.pushNumber(entry?.from ?? 0)
    columns.To.pushNumber(entry?.to ?? 0)
    columns.Lines.push(entry?.lines ?? 0)
    columns.Dropped.pushText(JSON.stringify(entry?.dropped ?? {}))
    columns.Gaps.pushText(writeGaps(entry?.gaps ?? []))
    columns.Services.pushText(writeServices(entry?.services ?? []))
    columns.HasCrc.push(entry?.crc32c === undefined ? 0 : 1)
    columns.Crc32c.push(entry?.crc32c ?? 0)
  }
}
