import type { Annotations } from '../annotations.ts'
import type { Expression, ValueType } from '../ast.ts'
import type { Column, Sample, Value } from '../column.ts'
import type { Steps } from '../steps.ts'
import type { Window } from './window.ts'

/** What is made of a window at a step. Undefined: nothing. */
export type Compute = (window: Window, step: number) => Sample | undefined

/** What a function may ask of its evaluation. */
export interface Evaluation {
  readonly steps: Steps
  readonly notes: Annotations
  /** The steps of the whole query, also within a subquery. */
  readonly whole: Steps
  scalar(expression: Expression): Float64Array
  vector(expression: Expression): Column[]
  text(expression: Expression): string
  /** Slides over each series of a range vector, or of an instant one. */
  windows(expression: Expression, compute: Compute, keepsName: boolean): Column[]
  /** The series that `info` takes its labels from. */
  infoSeries(call: Expression): Column[]
}

/** One function of the language: what it takes and gives, and how. Adding one is an entry in a table. */
export interface FunctionKind {
  args: readonly ValueType[]
  /** How many of the last arguments may be left out. */
  optional?: number
  /** The last argument may be repeated. */
  isVariadic?: boolean
  /** How often it may stand there at most. */
  repeated?: number
  /** Arguments behind the first may be selectors that ask for nothing. */
  takesAnySelector?: boolean
  /** With which extended ranges it goes. */
  extensions?: readonly ('anchored' | 'smoothed')[]
  returns: 'scalar' | 'vector'
  evaluate(evaluation: Evaluation, given: readonly Expression[], call: Expression): Value
}
