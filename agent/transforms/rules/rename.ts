import { z } from 'zod'
import type { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor, removeAttribute } from '../draft/attributes.ts'
import { Field } from '../draft/field.ts'
import type { DraftView } from '../draft/view.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/** Gives fields other names. What had the new name before is gone; a field that is not there changes nothing. */
export const renameKind = ruleKind({
  config: z.strictObject({ type: z.literal('rename'), ...common, fields: z.record(fieldName, fieldName) }),
  create: ({ fields }, { view }) => {
    const moves = Object.entries(fields).map(([from, to]) => new Move(new Field(from), new Field(to)))
    return {
      apply: draft => {
        let isChanged = false
        for (const move of moves) if (move.apply(draft, view)) isChanged = true
        return isChanged ? 'changed' : 'same'
      },
    }
  },
})

class Move {
  readonly #from: Field
  readonly #to: Field
  readonly #cursor = new AttributeCursor()

  constructor(from: Field, to: Field) {
    this.#from = from
    this.#to = to
  }

  apply(draft: RecordDraft, view: DraftView): boolean {
    const areAttributes = this.#from.name.column === undefined && this.#to.name.column === undefined
    return areAttributes ? this.#attribute(draft) : this.#field(draft, view)
  }

  /** The value keeps its type. */
  #attribute(draft: RecordDraft): boolean {
    const cursor = this.#cursor
    const out = draft.attributes
    cursor.reset(out.bytes, 0, out.position)
    if (!cursor.find(this.#from.name.bytes)) return false
    const value = Buffer.from(out.bytes.subarray(cursor.valueStart, cursor.valueEnd))
    removeAttribute(draft, this.#from.name.bytes, cursor)
    removeAttribute(draft, this.#to.name.bytes, cursor)
    const key = this.#to.name.bytes
    const at = draft.openAttribute(key, 0, key.length, value.length)
    out.position = at + value.copy(out.bytes, at)
    return true
  }

  #field(draft: RecordDraft, view: DraftView): boolean {
    const text = this.#from.text(draft, view)
    if (text === '') return false
    this.#from.remove(draft)
    this.#to.set(draft, text)
    return true
  }
}
