import type { ReactNode } from 'react'
import type { BoardPanel } from '../../../query/index.ts'
import type { Mark } from '../charts/chart-options.ts'
import type { Range } from '../ui/range.ts'
import type { Values } from './interpolate.ts'

/** What every kind of panel is drawn from. */
export interface PanelProperties {
  panel: BoardPanel
  values: Values
  range: Range
  /** Of the whole panel, in pixels. */
  height: number
  marks: readonly Mark[]
  /** Beside its title, while it is edited. */
  tools?: ReactNode
  onBrush: (start: string, end: string) => void
}
