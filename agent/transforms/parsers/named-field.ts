import type { FieldTaker } from '../../lines/fields.ts'
import { fieldRoles } from '../../lines/roles.ts'
import type { RecordDraft } from '../../records/draft.ts'

/** A field of which the name is known beforehand: a column, or a group of a pattern. */
export class NamedField {
  readonly #key: Buffer
  readonly #role: number

  constructor(name: string) {
    this.#key = Buffer.from(name)
    this.#role = fieldRoles.find(this.#key, 0, this.#key.length) ?? 0
  }

  /** Puts a text into the record's field by its role, or makes an attribute of it. The bytes must outlive the record. */
  put(out: RecordDraft, fields: FieldTaker, bytes: Buffer, start: number, end: number): void {
    if (this.#role !== 0 && fields.text(this.#role, bytes, start, end)) return
    out.stringAttribute(this.#key, 0, this.#key.length, bytes, start, end)
  }

  putText(out: RecordDraft, fields: FieldTaker, text: string): void {
    const bytes = Buffer.from(text)
    this.put(out, fields, bytes, 0, bytes.length)
  }
}
