import { z } from 'zod'
import { AttributeCursor, cutOut } from '../draft/attributes.ts'
import { NamePatterns } from '../draft/name-pattern.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/** Keeps of the attributes those named alone; `*` stands for any characters. Everything that is no attribute stays. */
export const keepKind = ruleKind({
  config: z.strictObject({ type: z.literal('keep'), ...common, fields: z.array(fieldName) }),
  create: ({ fields }) => {
    const names = new NamePatterns(fields)
    const cursor = new AttributeCursor()
    return {
      apply: draft => {
        const out = draft.attributes
        const before = out.position
        cursor.reset(out.bytes, 0, before)
        while (cursor.next()) {
          if (names.has(out.bytes, cursor.keyStart, cursor.keyEnd)) continue
          const { start } = cursor
          cutOut(out, start, cursor.end)
          cursor.reset(out.bytes, start, out.position)
        }
        return out.position < before ? 'changed' : 'same'
      },
    }
  },
})
