import type { Binary, BinaryOperator } from './ast.ts'
import {
  type Column,
  distinct,
  emptyColumn,
  histogramColumn,
  put,
  putHistogram,
  type Value,
  vectorOf,
  withoutName,
} from './column.ts'
import { type Operand, operate } from './operate.ts'
import { type Pair, pairsAt } from './pairs.ts'
import { combineSets, isSetOperator } from './sets.ts'

const comparisons: ReadonlySet<BinaryOperator> = new Set(['==', '!=', '>', '<', '>=', '<='])

export function isComparison(operator: BinaryOperator): boolean {
  return comparisons.has(operator)
}

/** Two sides put together at each step. Errors: QUERY_EXECUTION where partners are not one to one, or one to many as asked. */
export function combine(binary: Binary, left: Value, right: Value, count: number): Value {
  if (left.kind === 'string' || right.kind === 'string') return vectorOf([])
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const compute = (value: number, step: number) =>
      numberOf(operate(binary, value, right.values[step] as number)) ?? Number.NaN
    return { kind: 'scalar', values: left.values.map(compute) }
  }
  if (left.kind === 'vector' && right.kind === 'vector') {
    if (isSetOperator(binary.operator)) return vectorOf(combineSets(binary, left.columns, right.columns))
    return vectorOf(combinePairs(binary, left.columns, right.columns, count))
  }
  const columns = left.kind === 'vector' ? left.columns : (right as { columns: Column[] }).columns
  const numbers = left.kind === 'scalar' ? left.values : (right as { values: Float64Array }).values
  const isLeft = left.kind === 'scalar'
  const made = columns.map(column => withNumber(binary, column, numbers, isLeft))
  return vectorOf(distinct(made.filter(({ present }) => present.includes(1))))
}

function numberOf(operand: Operand | undefined): number | undefined {
  return typeof operand === 'number' ? operand : undefined
}

/** A comparison without `bool` keeps the series' value, on whichever side it stands. */
function withNumber(binary: Binary, column: Column, numbers: Float64Array, isLeft: boolean): Column {
  const filters = isComparison(binary.operator) && !binary.bool
  const results = resultsOf(filters ? column.labels : withoutName(column.labels), column.values.length)
  for (let step = 0; step < column.values.length; step++) {
    const value = operandAt(column, step)
    if (value === undefined) continue
    const number = numbers[step] as number
    const result = isLeft ? operate(binary, number, value) : operate(binary, value, number)
    if (result !== undefined) results.put(step, filters ? value : result)
  }
  return results.column
}

export function operandAt({ values, present, histograms }: Column, step: number): Operand | undefined {
  if (present[step] !== 1) return undefined
  return histograms === undefined ? values[step] : histograms[step]
}

/** Becomes a series of histograms with the first of them. */
function resultsOf(labels: Readonly<Record<string, string>>, count: number) {
  let column: Column = emptyColumn(labels, count)
  return {
    get column() {
      return column
    },
    put(step: number, value: Operand) {
      if (typeof value === 'number') {
        put(column, step, value)
        return
      }
      const { histograms } = column
      const target = histograms === undefined ? histogramColumn(labels, count) : { ...column, histograms }
      putHistogram(target, step, value)
      column = target
    },
  }
}

function combinePairs(
  binary: Binary,
  left: readonly Column[],
  right: readonly Column[],
  count: number,
): Column[] {
  const filters = isComparison(binary.operator) && !binary.bool
  const made = new Map<string, ReturnType<typeof resultsOf>>()
  for (let step = 0; step < count; step++)
    for (const pair of pairsAt(binary, left, right, step)) {
      const value = resultOf(binary, pair, step)
      if (value === undefined) continue
      const labels = pair.labels(filters)
      const key = JSON.stringify(labels)
      const results = made.get(key) ?? resultsOf(labels, count)
      made.set(key, results)
      results.put(step, value)
    }
  return [...made.values()].map(({ column }) => column)
}

function resultOf(binary: Binary, { left, right }: Pair, step: number): Operand | undefined {
  const [one, other] = [operandAt(left, step), operandAt(right, step)]
  return one === undefined || other === undefined ? undefined : operate(binary, one, other)
}
