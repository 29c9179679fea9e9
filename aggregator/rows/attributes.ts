import { KeyValueReader, type Ranges, readText, ValueReader, valueKinds } from '../../lib/otlp/index.ts'
import type { MapColumn } from '../native/map.ts'
import type { StringColumn } from '../native/string.ts'
import type { OwnAttribute } from './own-attribute.ts'

/** A varint of so few bytes is a number from 0 to 2^28 - 1. */
const smallVarintBytes = 4

/** Writes values and attributes from OTLP's bytes into columns; strings, by far the most, as bytes. Hot. */
export class AttributeWriter {
  readonly #entry = new KeyValueReader()
  readonly #value = new ValueReader()

  /**
   * One row of a map. Of a key that is given twice the last value counts, as in JSON and in `decodeAttributes`.
   */
  row(map: MapColumn, bytes: Buffer, attributes: Ranges): void {
    this.pairs(map, bytes, attributes)
    map.endRow()
  }

  /** The same, and the row stays open. What is of a column of its own is left out. */
  pairs(map: MapColumn, bytes: Buffer, attributes: Ranges, own: readonly OwnAttribute[] = []): void {
    const entry = this.#entry
    for (let i = 0; i < attributes.count; i++) {
      entry.read(bytes, attributes.starts[i] as number, attributes.ends[i] as number)
      if (isTaken(own, bytes, entry)) continue
      if (!map.pushKey(bytes, entry.keyStart, entry.keyEnd)) {
        map.restartRow()
        this.#lastOfEach(map, bytes, attributes, own)
        break
      }
      this.value(map.values, bytes, entry.valueStart, entry.valueEnd)
    }
  }

  /** Few records have a key twice, so strings are fine. */
  #lastOfEach(map: MapColumn, bytes: Buffer, attributes: Ranges, own: readonly OwnAttribute[]): void {
    const entry = this.#entry
    const last = new Map<string, number>()
    for (let i = 0; i < attributes.count; i++) {
      entry.read(bytes, attributes.starts[i] as number, attributes.ends[i] as number)
      if (isTaken(own, bytes, entry)) continue
      last.set(bytes.toString('latin1', entry.keyStart, entry.keyEnd), i)
    }
    for (const i of last.values()) {
      entry.read(bytes, attributes.starts[i] as number, attributes.ends[i] as number)
      map.pushKey(bytes, entry.keyStart, entry.keyEnd)
      this.value(map.values, bytes, entry.valueStart, entry.valueEnd)
    }
  }

  /** One AnyValue as a string: see valueText. Returns its length in bytes. */
  value(column: StringColumn, bytes: Buffer, start: number, end: number): number {
    const value = this.#value
    value.read(bytes, start, end)
    if (value.kind === valueKinds.string) {
      column.push(bytes, value.start, value.end)
      return value.end - value.start
    }
    if (value.kind === valueKinds.int && value.end - value.start <= smallVarintBytes)
      return column.pushWhole(value.int)
    const text = readText(bytes, value)
    column.pushText(text)
    return Buffer.byteLength(text)
  }
}

function isTaken(own: readonly OwnAttribute[], bytes: Buffer, entry: KeyValueReader): boolean {
  for (const attribute of own) if (attribute.take(bytes, entry)) return true
  return false
}
