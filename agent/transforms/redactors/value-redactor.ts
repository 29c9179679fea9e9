import { WireReader, type WireWriter, wireBytes, wireVarint } from '../../../lib/otlp/index.ts'
import type { TextRedactor } from './text-redactor.ts'

const textField = 1
const intField = 3
const listField = 5
const mapField = 6
const mapKeyField = 1
const mapValueField = 2
/** Values nested deeper are left as they are. */
const maxDepth = 16
/** Bytes of a varint below which an integer has no thirteen digits. */
const fewestIntBytes = 6

/** Replaces secrets in encoded AnyValues: in texts, in integers, and in the lists and maps that hold them. */
export class ValueRedactor {
  readonly #texts: TextRedactor
  readonly #digits = Buffer.alloc(24)

  constructor(texts: TextRedactor) {
    this.#texts = texts
  }

  /** Writes the value without secrets; false, and nothing of use is written, where it has none. */
  write(out: WireWriter, bytes: Buffer, start: number, end: number, depth = 0): boolean {
    if (end <= start) return false
    const reader = new WireReader(bytes, start, end)
    reader.next()
    if (reader.field === textField && reader.wireType === wireBytes) {
      const at = reader.content()
      return this.#text(out, bytes, at, reader.position)
    }
    if (reader.field === intField && reader.wireType === wireVarint) return this.#int(out, reader, end)
    const isNested = reader.field === listField || reader.field === mapField
    if (!isNested || reader.wireType !== wireBytes || depth >= maxDepth) return false
    const { field } = reader
    const at = reader.content()
    const inner = out.begin(field)
    const isChanged = this.#children(out, field, new WireReader(bytes, at, reader.position), depth)
    out.end(inner)
    return isChanged
  }

  #text(out: WireWriter, bytes: Buffer, start: number, end: number): boolean {
    if (!this.#texts.redact(bytes, start, end)) return false
    out.copy(textField, this.#texts.bytes, 0, this.#texts.length)
    return true
  }

  #int(out: WireWriter, reader: WireReader, end: number): boolean {
    if (end - reader.position < fewestIntBytes) return false
    const length = this.#digits.write(String(reader.varint64()), 'latin1')
    return this.#text(out, this.#digits, 0, length)
  }

  /** Every item of a list, or entry of a map, whether or not it holds a secret. */
  #children(out: WireWriter, kind: number, reader: WireReader, depth: number): boolean {
    let isChanged = false
    while (reader.next()) {
      if (reader.field !== 1 || reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      const child = out.begin(1)
      if (kind === listField)
        isChanged = this.#child(out, reader.bytes, at, reader.position, depth) || isChanged
      else isChanged = this.#entry(out, new WireReader(reader.bytes, at, reader.position), depth) || isChanged
      out.end(child)
    }
    return isChanged
  }

  #child(out: WireWriter, bytes: Buffer, start: number, end: number, depth: number): boolean {
    const before = out.position
    if (this.write(out, bytes, start, end, depth + 1)) return true
    out.position = before
    out.ensure(end - start)
    out.position += bytes.copy(out.bytes, out.position, start, end)
    return false
  }

  #entry(out: WireWriter, reader: WireReader, depth: number): boolean {
    let isChanged = false
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const { field } = reader
      const at = reader.content()
      if (field === mapKeyField) out.copy(mapKeyField, reader.bytes, at, reader.position)
      if (field !== mapValueField) continue
      const value = out.begin(mapValueField)
      isChanged = this.#child(out, reader.bytes, at, reader.position, depth) || isChanged
      out.end(value)
    }
    return isChanged
  }
}
