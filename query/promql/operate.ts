import type { Binary, BinaryOperator } from './ast.ts'
import { type NativeHistogram, plus, times } from './native/histogram.ts'

export type Operand = number | NativeHistogram

const arithmetic: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
  atan2: Math.atan2,
}
const comparisons: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

/** One value with another; undefined where a comparison does not hold, or the two do not go together. */
export function operate({ operator, bool }: Binary, left: Operand, right: Operand): Operand | undefined {
  if (typeof left !== 'number' || typeof right !== 'number')
    return operateHistograms(operator, bool, left, right)
  const compute = arithmetic[operator]
  if (compute !== undefined) return compute(left, right)
  const holds = comparisons[operator]?.(left, right) ?? false
  if (bool) return holds ? 1 : 0
  return holds ? left : undefined
}

/** Histograms add up, can be scaled, and are equal or not. Source: Prometheus querying/operators. */
function operateHistograms(
  operator: BinaryOperator,
  bool: boolean,
  left: Operand,
  right: Operand,
): Operand | undefined {
  if (typeof left === 'number')
    return typeof right !== 'number' && operator === '*' ? times(right, left) : undefined
  return typeof right === 'number' ? scaled(operator, left, right) : ofTwo(operator, bool, left, right)
}

function scaled(
  operator: BinaryOperator,
  histogram: NativeHistogram,
  by: number,
): NativeHistogram | undefined {
  if (operator === '*') return times(histogram, by)
  return operator === '/' ? times(histogram, 1 / by) : undefined
}

function ofTwo(
  operator: BinaryOperator,
  bool: boolean,
  left: NativeHistogram,
  right: NativeHistogram,
): Operand | undefined {
  if (operator === '+') return plus(left, right)
  if (operator === '-') return plus(left, right, -1)
  if (operator !== '==' && operator !== '!=') return undefined
  const holds = isSame(left, right) === (operator === '==')
  if (bool) return holds ? 1 : 0
  return holds ? left : undefined
}

function isSame(one: NativeHistogram, other: NativeHistogram): boolean {
  const difference = plus(one, other, -1)
  const isLevel = (buckets: ReadonlyMap<number, number>) => [...buckets.values()].every(count => count === 0)
  return (
    one.schema === other.schema &&
    difference.count === 0 &&
    difference.sum === 0 &&
    difference.zeroCount === 0 &&
    isLevel(difference.positive) &&
    isLevel(difference.negative)
  )
}
