import { z } from 'zod'
import { Template } from '../draft/template.ts'
import { common, ruleKind } from '../rule.ts'

/** Sends records to a topic of their own, or names the tenant that they belong to. */
export const routeKind = ruleKind({
  config: z
    .strictObject({
      type: z.literal('route'),
      ...common,
      topic: z
        .string()
        .regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/, 'a topic name of a-z A-Z 0-9 . _ -')
        .optional(),
      /** `{{name}}` stands for the value of a field. */
      tenant: z.string().min(1).optional(),
    })
    .refine(({ topic, tenant }) => topic !== undefined || tenant !== undefined, 'a topic or a tenant'),
  create: ({ topic, tenant }, { view }) => {
    const template = tenant === undefined ? undefined : new Template(tenant)
    return {
      apply: draft => {
        if (topic !== undefined) draft.topic = topic
        if (template !== undefined) draft.tenant = template.expand(draft, view)
        return 'changed'
      },
    }
  },
})
