import type { Binary, BinaryOperator } from './ast.ts'
import { type Column, emptyColumn, labelKey, put, type Value, withoutName } from './column.ts'
import { times } from './native/histogram.ts'

type Operation = (a: number, b: number) => number

const arithmetic: Readonly<Partial<Record<BinaryOperator, Operation>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
}
const comparisons: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

/** Two sides put together, series paired one to one by their labels. A comparison filters, or gives 0 and 1 with bool. */
export function combine(binary: Binary, left: Value, right: Value, count: number): Value {
  const ofHistograms = combineHistograms(binary, left, right)
  if (ofHistograms !== undefined) return ofHistograms
  const operation = operationOf(binary)
  if (typeof left === 'number' && typeof right === 'number') return operation(left, right) ?? Number.NaN
  if (typeof right === 'number' && typeof left !== 'number')
    return map(binary, left, count, (value, _) => operation(value, right))
  if (typeof left === 'number' && typeof right !== 'number') {
    const kept = (value: number) =>
      operation(left, value) === undefined ? undefined : keptOf(binary, left, value)
    return map(binary, right, count, kept)
  }
  return pair(binary, left as Column[], right as Column[], count, operation)
}

/** Histograms can be scaled by a number, and by nothing else here. */
function combineHistograms(binary: Binary, left: Value, right: Value): Column[] | undefined {
  if (![left, right].some(hasHistograms)) return undefined
  const { operator } = binary
  if (typeof left !== 'number' && typeof right === 'number' && (operator === '*' || operator === '/'))
    return scaleColumns(left, operator === '*' ? right : 1 / right)
  if (typeof left === 'number' && typeof right !== 'number' && operator === '*')
    return scaleColumns(right, left)
  return []
}

function hasHistograms(value: Value): boolean {
  return typeof value !== 'number' && value.some(column => column.histograms !== undefined)
}

function scaleColumns(columns: readonly Column[], factor: number): Column[] {
  return columns.map(column => ({
    labels: withoutName(column.labels),
    present: column.present,
    values: column.values.map(value => value * factor),
    ...(column.histograms === undefined
      ? {}
      : { histograms: column.histograms.map(h => (h === undefined ? undefined : times(h, factor))) }),
  }))
}

type Filter = (a: number, b: number) => number | undefined

function operationOf({ operator, bool }: Binary): Filter {
  const compute = arithmetic[operator]
  if (compute !== undefined) return compute
  const holds = comparisons[operator] as (a: number, b: number) => boolean
  return bool ? (a, b) => (holds(a, b) ? 1 : 0) : (a, b) => (holds(a, b) ? a : undefined)
}

/** With a number on the left, a filter keeps the series' value, not the number. */
function keptOf(binary: Binary, left: number, value: number): number | undefined {
  const filters = comparisons[binary.operator] !== undefined && !binary.bool
  return filters ? value : operationOf(binary)(left, value)
}

function labelsAfter(binary: Binary, labels: Readonly<Record<string, string>>) {
  const keepsName = comparisons[binary.operator] !== undefined && !binary.bool
  return keepsName ? labels : withoutName(labels)
}

function map(
  binary: Binary,
  columns: readonly Column[],
  count: number,
  compute: (value: number, step: number) => number | undefined,
): Column[] {
  const results = columns.map(column => {
    const result = emptyColumn(labelsAfter(binary, column.labels), count)
    for (let step = 0; step < count; step++) {
      const value = column.present[step] === 1 ? compute(column.values[step] as number, step) : undefined
      if (value !== undefined) put(result, step, value)
    }
    return result
  })
  return results.filter(result => result.present.includes(1))
}

function pair(binary: Binary, left: Column[], right: Column[], count: number, operation: Filter): Column[] {
  const partners = new Map(right.map(column => [labelKey(matching(binary, column.labels)), column]))
  return left.flatMap(column => {
    const labels = matching(binary, column.labels)
    const partner = partners.get(labelKey(labels))
    if (partner === undefined) return []
    const operate = (value: number, step: number) =>
      partner.present[step] === 1 ? operation(value, partner.values[step] as number) : undefined
    return map(binary, [column], count, operate)
  })
}

function matching({ on, labels }: Binary, of: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(withoutName(of)).filter(([name]) => labels.includes(name) === on))
}
