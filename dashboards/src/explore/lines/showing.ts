import type { OnFilter } from '../query/filters.ts'
import type { Column } from './columns.ts'

/** How lines are shown, and what may be done with them. */
export interface Showing {
  columns: readonly Column[]
  /** Fields stand behind the message. */
  hasInline: boolean
  /** Those of them that were chosen; none: all that the message does not say itself. */
  chosen: readonly string[]
  wraps: boolean
  order: 'backward' | 'forward'
  /** Times have a date: the range is longer than a day, or not of today. */
  hasDate: boolean
  /** What the query looks for in texts. */
  marker: RegExp | undefined
  onFilter: OnFilter
  /** Puts a field into a column of its own, or takes it out. */
  onColumn: (field: string) => void
  /** Puts a field among those chosen to stand behind the message, or takes it out. */
  onChosen: (field: string) => void
  onColumns: (columns: readonly Column[]) => void
  onOrder: (order: 'backward' | 'forward') => void
  /** The address that shows one line. */
  linkTo: (id: string) => string
}
