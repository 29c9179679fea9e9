import type { Rollup, RollupWindow } from '../../store/index.ts'
import type { Columns } from '../native/block.ts'

/** Rows of one window's table of a rollup. */
export interface RollupBlock {
  rollup: Rollup
  window: RollupWindow
  columns: Columns
}
