import { WireWriter } from '../../../lib/otlp/index.ts'
import { AttributeCursor } from '../draft/attributes.ts'
import type { NamePatterns } from '../draft/name-pattern.ts'
import type { TextRedactor } from './text-redactor.ts'
import { ValueRedactor } from './value-redactor.ts'

/** Digits of a card. */
const shortestSecret = 13

/** Takes secrets out of attributes, their names among them. */
export class AttributeRedactor {
  readonly #texts: TextRedactor
  readonly #values: ValueRedactor
  readonly #names: NamePatterns | undefined
  readonly #cursor = new AttributeCursor()
  readonly #value = new WireWriter(4096)
  readonly #key = new WireWriter(256)
  /** What `redact` left, where it answered true; until it is called again. */
  readonly out = new WireWriter(4096)

  /** `names`: those alone. */
  constructor(texts: TextRedactor, names: NamePatterns | undefined) {
    this.#texts = texts
    this.#values = new ValueRedactor(texts)
    this.#names = names
  }

  /** Of attributes that are encoded as `field`, one behind the other. Copies only from the first on that holds a secret. */
  redact(field: number, from: Buffer, end: number): boolean {
    const cursor = this.#cursor
    const { out } = this
    let copied = 0
    out.reset()
    cursor.reset(from, 0, end)
    while (cursor.next()) {
      if (this.#names !== undefined && !this.#names.has(from, cursor.keyStart, cursor.keyEnd)) continue
      const isKeyChanged = this.#redactKey(cursor)
      const isValueChanged = this.#redactValue(cursor)
      if (!isValueChanged && !isKeyChanged) continue
      copyTo(out, from, copied, cursor.start)
      copied = cursor.end
      this.#put(field, cursor, isKeyChanged, isValueChanged)
    }
    if (copied > 0) copyTo(out, from, copied, end)
    return copied > 0
  }

  #put(field: number, cursor: AttributeCursor, isKeyChanged: boolean, isValueChanged: boolean): void {
    const { out } = this
    const start = out.begin(field)
    if (isKeyChanged) out.copy(1, this.#key.bytes, 0, this.#key.position)
    else out.copy(1, cursor.bytes, cursor.keyStart, cursor.keyEnd)
    if (isValueChanged) out.copy(2, this.#value.bytes, 0, this.#value.position)
    else out.copy(2, cursor.bytes, cursor.valueStart, cursor.valueEnd)
    out.end(start)
  }

  /** The names of fields, where a body has one for each address or number. */
  #redactKey({ bytes, keyStart, keyEnd }: AttributeCursor): boolean {
    if (!mayHoldSecret(bytes, keyStart, keyEnd)) return false
    if (!this.#texts.redact(bytes, keyStart, keyEnd)) return false
    this.#key.reset()
    copyTo(this.#key, this.#texts.bytes, 0, this.#texts.length)
    return true
  }

  /** Texts first: they are most. */
  #redactValue(cursor: AttributeCursor): boolean {
    const start = cursor.textStart
    const value = this.#value
    if (start < 0) {
      value.reset()
      return this.#values.write(value, cursor.bytes, cursor.valueStart, cursor.valueEnd)
    }
    if (!this.#texts.redact(cursor.bytes, start, cursor.valueEnd)) return false
    value.reset()
    value.copy(1, this.#texts.bytes, 0, this.#texts.length)
    return true
  }
}

/** Most names are too short for anything but an address. */
function mayHoldSecret(bytes: Buffer, start: number, end: number): boolean {
  if (end - start >= shortestSecret) return true
  for (let at = start; at < end; at++) if (bytes[at] === 0x40) return true
  return false
}

export function copyTo(out: WireWriter, bytes: Buffer, start: number, end: number): void {
  out.ensure(end - start)
  out.position += bytes.copy(out.bytes, out.position, start, end)
}
