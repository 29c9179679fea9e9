import { z } from 'zod'
import { ruleKinds } from './table.ts'

const [first, ...rest] = ruleKinds

/** One entry of `agent.transforms`. */
export const transformConfig = z.discriminatedUnion('type', [first.config, ...rest.map(kind => kind.config)])
export type TransformConfig = z.output<typeof transformConfig>

/** More rules are a mistake, and each of them costs every record something. */
const maxRules = 200

/** `agent.transforms`: rules in the order in which records pass them. */
export const transformsConfig = z
  .array(transformConfig)
  .max(maxRules)
  .superRefine((rules, context) => {
    const names = new Set<string>()
    for (const [i, { name }] of rules.entries()) {
      if (name !== undefined && names.has(name))
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'a name that no other rule has' })
      if (name !== undefined) names.add(name)
    }
  })
  .default([])
