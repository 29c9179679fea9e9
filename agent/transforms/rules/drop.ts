import { z } from 'zod'
import { common, ruleKind } from '../rule.ts'

/** Drops what its condition holds for. */
export const dropKind = ruleKind({
  config: z.strictObject({ type: z.literal('drop'), ...common, where: common.where.unwrap() }),
  create: () => ({ apply: () => 'drop' }),
})
