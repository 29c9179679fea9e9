import * as z from 'zod/mini'
import { rangeFields } from '../ui/address.ts'

export const usualColumns = 'level,service'

/** What makes a view of lines. */
export const viewSchema = z.object({
  ...rangeFields,
  query: z._default(z.string(), ''),
  tail: z._default(z.stringbool(), false),
  tab: z._default(z.enum(['lines', 'patterns', 'compare', 'explain']), 'lines'),
  columns: z._default(z.string(), usualColumns),
  /** Fields behind the message. */
  inline: z._default(z.stringbool(), true),
  /** Those of them that were chosen; none: all that the message does not say itself. */
  chosen: z._default(z.string(), ''),
  wrap: z._default(z.stringbool(), false),
  order: z._default(z.enum(['backward', 'forward']), 'backward'),
  /** Id of the line that is open. */
  line: z._default(z.string(), ''),
  /** Further queries side by side with the first, as JSON. */
  beside: z._default(z.string(), ''),
  /** The period before, behind the histogram. */
  before: z._default(z.stringbool(), true),
  /** What `compare` holds the query against: the time before, the rest of the same time, or lines of another query. */
  against: z._default(z.enum(['before', 'rest', 'query']), 'before'),
  baseline: z._default(z.string(), ''),
  /** Part of the range that is compared with the rest of it. */
  from: z._default(z.string(), ''),
  to: z._default(z.string(), ''),
})

export type View = z.infer<typeof viewSchema>
export type ChangeView = (part: Partial<View>, how?: { replace?: boolean }) => void
