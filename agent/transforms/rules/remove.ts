import { z } from 'zod'
import { AttributeCursor, cutOut } from '../draft/attributes.ts'
import { Field } from '../draft/field.ts'
import { NamePatterns } from '../draft/name-pattern.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/** Takes fields away; `*` in the name of an attribute stands for any characters. */
export const removeKind = ruleKind({
  config: z.strictObject({ type: z.literal('remove'), ...common, fields: z.array(fieldName).min(1) }),
  create: ({ fields }) => {
    const own = fields.map(name => new Field(name)).filter(field => field.name.column !== undefined)
    const names = new NamePatterns(fields)
    const cursor = new AttributeCursor()
    return {
      apply: draft => {
        const before = draft.attributes.position
        let isChanged = false
        for (const field of own) if (field.remove(draft)) isChanged = true
        const out = draft.attributes
        cursor.reset(out.bytes, 0, out.position)
        while (cursor.next()) {
          if (!names.has(out.bytes, cursor.keyStart, cursor.keyEnd)) continue
          const { start } = cursor
          cutOut(out, start, cursor.end)
          cursor.reset(out.bytes, start, out.position)
        }
        return isChanged || out.position < before ? 'changed' : 'same'
      },
    }
  },
})
