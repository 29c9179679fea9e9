import type { Annotations } from './annotations.ts'
import type { Binary, BinaryOperator } from './ast.ts'
import type { Sample } from './column.ts'
import { combine, compact, divided, isSame, type NativeHistogram, times } from './native/histogram.ts'
import { trimmed } from './native/trim.ts'

const arithmetic: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
}

/** As Go has it: 1 to whatever power is 1, and so is -1 to an infinite one. Source: Go math.Pow, IEEE 754 pow. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1
  return base ** exponent
}

const comparisons: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

/** What an operator makes of two samples. */
export interface Outcome {
  sample: Sample
  /** Of a comparison that does not hold: with `bool` it is 0, without it nothing. */
  holds: boolean
}

/** Undefined where the two do not go together, which is noted. Source: Prometheus querying/operators. */
export function operate(
  binary: Pick<Binary, 'operator' | 'guardsZero' | 'from' | 'to'>,
  left: Sample,
  right: Sample,
  notes: Annotations,
): Outcome | undefined {
  const { operator } = binary
  if (typeof left === 'number' && typeof right === 'number') {
    const compute = arithmetic[operator]
    if (compute !== undefined)
      return { sample: isGuarded(binary, right) ? Number.NaN : compute(left, right), holds: true }
    if (operator === '</' || operator === '>/') return incompatible(binary, left, right, notes)
    return { sample: left, holds: comparisons[operator]?.(left, right) ?? false }
  }
  const made = ofHistograms(binary, left, right, notes)
  return made === 'incompatible' ? incompatible(binary, left, right, notes) : made
}

function isGuarded({ operator, guardsZero }: Pick<Binary, 'operator' | 'guardsZero'>, by: number): boolean {
  return guardsZero === true && by === 0 && (operator === '/' || operator === '%')
}

function incompatible(
  binary: Pick<Binary, 'operator' | 'from' | 'to'>,
  left: Sample,
  right: Sample,
  notes: Annotations,
): undefined {
  const { operator } = binary
  notes.add('incompatibleTypes', binary, `"${operator}": ${kindOf(left)} ${operator} ${kindOf(right)}`)
  return undefined
}

function kindOf(sample: Sample): string {
  return typeof sample === 'number' ? 'float' : 'histogram'
}

type Made = Outcome | undefined | 'incompatible'

/** Histograms add up, can be scaled, and are equal or not. */
function ofHistograms(
  binary: Pick<Binary, 'operator' | 'from' | 'to'>,
  left: Sample,
  right: Sample,
  notes: Annotations,
): Made {
  const { operator } = binary
  if (typeof left === 'number') {
    const isProduct = operator === '*' && typeof right !== 'number'
    return isProduct ? { sample: compact(times(right, left)), holds: true } : 'incompatible'
  }
  if (typeof right !== 'number') return ofTwo(binary, left, right, notes)
  if (operator === '*') return { sample: compact(times(left, right)), holds: true }
  if (operator === '</' || operator === '>/')
    return { sample: trimmed(left, right, operator === '</' ? 'below' : 'above'), holds: true }
  return operator === '/' ? { sample: compact(divided(left, right)), holds: true } : 'incompatible'
}

function ofTwo(
  binary: Pick<Binary, 'operator' | 'from' | 'to'>,
  left: NativeHistogram,
  right: NativeHistogram,
  notes: Annotations,
): Made {
  const { operator } = binary
  if (operator === '==' || operator === '!=')
    return { sample: left, holds: isSame(left, right) === (operator === '==') }
  if (operator !== '+' && operator !== '-') return 'incompatible'
  const made = combine(left, right, operator === '+' ? 1 : -1)
  const what = operator === '+' ? 'addition' : 'subtraction'
  if (made === undefined) notes.add('incompatibleBuckets', binary, operator)
  if (made?.hasCollision === true) notes.add('resetCollision', binary, what)
  if (made?.isReconciled === true) notes.add('reconciledBuckets', binary, what)
  return made && { sample: compact(made.histogram), holds: true }
}
