import { assert } from '../../lib/base/index.ts'
import { ByteSink } from './bytes.ts'
import type { BlockOutput, Column } from './column.ts'

/** The columns of one table by name, as rows are gathered. */
export type Columns = Readonly<Record<string, Column>>

/** Rows in the block so far: those of its first column. */
export function blockRows(columns: Columns): number {
  for (const name in columns) return (columns[name] as Column).rows
  return 0
}

export function blockBytes(columns: Columns): number {
  let bytes = 0
  for (const name in columns) bytes += (columns[name] as Column).byteLength
  return bytes
}

/**
 * The block in ClickHouse's Native format, as pieces one after the other: number of columns, number of rows, then each
 * column's name, type and data. The pieces are views of the columns' memory: send them before columns are cleared.
 * The same rows always give the same bytes.
 */
export function writeBlock(columns: Columns): Buffer[] {
  const output = new Output()
  const entries = Object.entries(columns)
  const rows = blockRows(columns)
  output.small.varint(entries.length)
  output.small.varint(rows)
  for (const [name, column] of entries) {
    assert(column.rows === rows, `column ${name} has ${column.rows} rows of ${rows}`)
    writeText(output.small, name)
    writeText(output.small, column.type)
    if (rows === 0) continue
    column.writePrefix(output)
    column.writeData(output)
  }
  return output.finish()
}

function writeText(sink: ByteSink, text: string): void {
  sink.varint(Buffer.byteLength(text))
  sink.text(text)
}

class Output implements BlockOutput {
  small = new ByteSink(1024)
  readonly #pieces: Buffer[] = []
  #flushed = 0

  whole(view: Uint8Array): void {
    this.#flush()
    this.#pieces.push(Buffer.from(view.buffer, view.byteOffset, view.byteLength))
  }

  finish(): Buffer[] {
    this.#flush()
    return this.#pieces
  }

  /** Small pieces stay where they are when the sink moves to larger memory: the old one lives on with its views. */
  #flush(): void {
    if (this.small.length === this.#flushed) return
    this.#pieces.push(this.small.bytes.subarray(this.#flushed, this.small.length))
    this.#flushed = this.small.length
  }
}
