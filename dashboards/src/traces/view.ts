import * as z from 'zod/mini'
import { rangeFields } from '../ui/address.ts'

const text = z._default(z.string(), '')

/** What makes a view of traces. */
export const tracesSchema = z.object({
  ...rangeFields,
  tab: z._default(z.enum(['search', 'services', 'map']), 'search'),
  query: text,
  service: text,
  operation: text,
  status: text,
  minDuration: text,
  /** Services by their operations, all together. */
  operations: z._default(z.stringbool(), false),
  maxDuration: text,
})

export type TracesView = z.infer<typeof tracesSchema>
export type ChangeTraces = (part: Partial<TracesView>) => void
