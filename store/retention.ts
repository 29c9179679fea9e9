import { z } from 'zod'
import { messageOf } from '../lib/base/index.ts'
import { parseLogQuery } from '../lib/logql/index.ts'

/** Days a row is kept where nothing says otherwise. */
export const defaultRetentionDays = 30
/** Resource attribute with which a stream asks for its own retention, in days. It wins over all rules. */
export const retentionAttribute = 'millrace.retention.days'
export const maxRetentionDays = 3650
/** More would not fit into the metadata of an offset commit, where a range's plan stands. */
const maxRules = 50

const days = z.int().min(1).max(maxRetentionDays)

const retentionRule = z.strictObject({
  /** LogQL: the lines that it is about. */
  match: z.string().max(500).default('{}').superRefine(refuseInvalid),
  /** Only lines of this tenant. */
  tenant: z.string().min(1).max(100).optional(),
  days,
})

/** The section `retention` of millrace.yaml: how long lines and spans are kept. The first rule that matches holds. */
export const retentionSection = z
  .strictObject({
    days: days.default(defaultRetentionDays),
    /** The oldest days go when the database is larger; null: only time counts. */
    maxBytes: z.int().min(1).nullable().default(null),
    rules: z.array(retentionRule).max(maxRules).default([]),
  })
  .prefault({})

export type RetentionConfig = z.output<typeof retentionSection>
export type RetentionRule = RetentionConfig['rules'][number]

function refuseInvalid(match: string, context: z.RefinementCtx): void {
  try {
    parseLogQuery(match)
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not LogQL: ${messageOf(error)}` })
  }
}
