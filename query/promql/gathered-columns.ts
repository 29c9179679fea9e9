import { OperatingError } from '../../lib/base/index.ts'
import type { Annotations } from './annotations.ts'
import type { Expression, Selector } from './ast.ts'
import { type Column, distinct, orderKey } from './column.ts'
import { Evaluator, type Reads } from './evaluate.ts'
import type { Steps } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'

/** Values that are held at once, of all series at all steps: nine bytes each. */
const maxValues = 20_000_000

interface Piece {
  expression: Expression
  /** What it reads. */
  selector: Selector
  steps: Steps
  /** Of the whole query. */
  whole: Steps
  notes: Annotations
  reads: Reads
}

/** What a piece of a query gives for series that come one after the other: of each its values are kept, and not its samples. */
export class GatheredColumns {
  readonly #piece: Piece
  readonly #columns: Column[] = []

  constructor(piece: Piece) {
    this.#piece = piece
    // what is wrong with it is wrong without any series, too
    this.add([])
  }

  /** Errors: QUERY_EXECUTION, TOO_MUCH. */
  add(series: readonly StoredSeries[]): void {
    const { expression, selector, steps, ...shared } = this.#piece
    const value = new Evaluator(steps, new Map([[selector, series]]), shared).evaluate(expression)
    if (value.kind !== 'vector') return
    this.#columns.push(...value.columns)
    const values = this.#columns.length * steps.count
    if (values > maxValues)
      throw new OperatingError(
        'TOO_MUCH',
        `${this.#columns.length} series at ${steps.count} steps are more than ${maxValues} values: take a longer step, a shorter range, or add a label`,
      )
  }

  /** By labels, so that what is chosen among equals is the same whenever it is asked for. Errors: QUERY_EXECUTION. */
  columns(): Column[] {
    const keyed = this.#columns.map(column => ({ column, key: orderKey(column.labels) }))
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
    const sorted = keyed.map(({ column }) => column)
    return this.#piece.expression.kind === 'call' ? distinct(sorted) : sorted
  }
}
