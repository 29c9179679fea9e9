import type { Expression, ValueType } from '../ast.ts'
import type { Column, Value } from '../column.ts'
import type { NativeHistogram } from '../native/histogram.ts'
import type { HistogramWindow } from '../native/range.ts'
import type { Steps } from '../steps.ts'
import type { Window } from './window.ts'

/** What is made of a window: a number, or of histograms a histogram or a number. Undefined: nothing at this step. */
export interface Compute {
  numbers(window: Window, staleMs: Float64Array, step: number): number | undefined
  histograms:
    | ((window: HistogramWindow, staleMs: Float64Array) => NativeHistogram | number | undefined)
    | undefined
}

/** What a function may ask of its evaluation. */
export interface Evaluation {
  readonly steps: Steps
  scalar(expression: Expression): Float64Array
  vector(expression: Expression): Column[]
  text(expression: Expression): string
  /** Slides over each series of a range vector. */
  windows(expression: Expression, compute: Compute, keepsName: boolean): Column[]
}

/** One function of the language: what it takes and gives, and how. Adding one is an entry in a table. */
export interface FunctionKind {
  args: readonly ValueType[]
  /** How many of the last arguments may be left out. */
  optional?: number
  /** The last argument may be repeated. */
  isVariadic?: boolean
  returns: 'scalar' | 'vector'
  evaluate(evaluation: Evaluation, given: readonly Expression[]): Value
}
