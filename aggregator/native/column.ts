import type { ByteSink } from './bytes.ts'

/**
 * A column of a Native block. Rows are only appended; `mark` remembers the present state and `rollback` goes back to it,
 * so that a record that turns out to be invalid half-way leaves nothing behind.
 * Source: https://clickhouse.com/docs/interfaces/formats/Native, and ClickHouse's `SerializationX::serializeBinaryBulk`.
 */
export interface Column {
  /** ClickHouse's name of the type. */
  readonly type: string
  readonly rows: number
  /** Bytes it would take when written now, about. */
  readonly byteLength: number
  mark(): void
  rollback(): void
  /** Empties the column and keeps its memory. */
  clear(): void
  /** What stands in front of the data, for all nested types together: versions of low cardinality parts. */
  writePrefix(out: BlockOutput): void
  writeData(out: BlockOutput): void
}

/** Where a block goes: small pieces are gathered, whole columns go out as they lie in memory. */
export interface BlockOutput {
  readonly small: ByteSink
  /** Appends a view; it must not change until the block is sent. */
  whole(view: Uint8Array): void
}
