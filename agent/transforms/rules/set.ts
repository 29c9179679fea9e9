import { z } from 'zod'
import { Field } from '../draft/field.ts'
import { Template } from '../draft/template.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/** Sets fields to texts, in which `{{name}}` stands for the value of another field. */
export const setKind = ruleKind({
  config: z.strictObject({
    type: z.literal('set'),
    ...common,
    fields: z.record(fieldName, z.union([z.string(), z.number(), z.boolean()])),
  }),
  create: ({ fields }, { view }) => {
    const steps = Object.entries(fields).map(
      ([name, value]) => ({ field: new Field(name), template: new Template(String(value)) }) as const,
    )
    return {
      apply: draft => {
        for (const { field, template } of steps) field.set(draft, template.expand(draft, view))
        return 'changed'
      },
    }
  },
})
