import type { OnFilter } from '../query/filters.ts'
import type { Column } from './columns.ts'

/** How lines are shown, and what may be done with them. */
export interface Showing {
  columns: readonly Column[]
  /** Fields stand behind the message. */
  hasInline: boolean
  wraps: boolean
  order: 'backward' | 'forward'
  /** Times have a date: the range is longer than a day, or not of today. */
  hasDate: boolean
  /** What the query looks for in texts. */
  marker: RegExp | undefined
  onFilter: OnFilter
  /** Puts a field into a column of its own, or takes it out. */
  onColumn: (field: string) => void
  onColumns: (columns: readonly Column[]) => void
  onOrder: (order: 'backward' | 'forward') => void
  /** The address that shows one line. */
  linkTo: (id: string) => string
}
