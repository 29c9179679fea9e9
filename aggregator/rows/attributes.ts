import { KeyValueReader, type Ranges, ValueReader, valueKinds, valueText } from '../../lib/otlp/index.ts'
import type { MapColumn } from '../native/map.ts'
import type { StringColumn } from '../native/string.ts'

/** Writes values and attributes from OTLP's bytes into columns; strings, by far the most, as bytes. Hot. */
export class AttributeWriter {
  readonly #entry = new KeyValueReader()
  readonly #value = new ValueReader()

  /** One row of a map. */
  row(map: MapColumn, bytes: Buffer, attributes: Ranges): void {
    const entry = this.#entry
    for (let i = 0; i < attributes.count; i++) {
      entry.read(bytes, attributes.starts[i] as number, attributes.ends[i] as number)
      map.pushKey(bytes, entry.keyStart, entry.keyEnd)
      this.value(map.values, bytes, entry.valueStart, entry.valueEnd)
    }
    map.endRow()
  }

  /** One AnyValue as a string: see valueText. Returns its length in bytes. */
  value(column: StringColumn, bytes: Buffer, start: number, end: number): number {
    const value = this.#value
    value.read(bytes, start, end)
    if (value.kind === valueKinds.string) {
      column.push(bytes, value.start, value.end)
      return value.end - value.start
    }
    const text = value.kind === valueKinds.none ? '' : valueText(bytes, start, end)
    column.pushText(text)
    return Buffer.byteLength(text)
  }
}
