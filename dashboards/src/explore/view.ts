import * as z from 'zod/mini'
import { rangeFields } from '../ui/address.ts'

/** What makes a view of lines. */
export const viewSchema = z.object({
  ...rangeFields,
  query: z._default(z.string(), ''),
  tail: z._default(z.stringbool(), false),
})

export type View = z.infer<typeof viewSchema>
