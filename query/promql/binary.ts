import type { Annotations } from './annotations.ts'
import { type Binary, isComparison, isSetOperator } from './ast.ts'
import {
  type Column,
  distinct,
  emptyColumn,
  type Labels,
  labelKey,
  mapSamples,
  put,
  type Sample,
  type Value,
  vectorOf,
  withoutName,
} from './column.ts'
import { type Outcome, operate } from './operate.ts'
import { Pairing } from './pairs.ts'
import { combineSets } from './sets.ts'

/** Two sides put together at each step. Errors: QUERY_EXECUTION where partners are not one to one, or one to many as asked. */
export function combine(binary: Binary, left: Value, right: Value, count: number, notes: Annotations): Value {
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const compute = (value: number, step: number) => {
      const outcome = operate(binary, value, right.values[step] as number, notes)
      if (isComparison(binary.operator)) return outcome?.holds === true ? 1 : 0
      return typeof outcome?.sample === 'number' ? outcome.sample : Number.NaN
    }
    return { kind: 'scalar', values: left.values.map(compute) }
  }
  if (left.kind === 'vector' && right.kind === 'vector') {
    if (isSetOperator(binary.operator)) return vectorOf(combineSets(binary, left.columns, right.columns))
    return vectorOf(combinePairs(binary, left.columns, right.columns, count, notes))
  }
  if (left.kind === 'vector' && right.kind === 'scalar')
    return vectorOf(withNumbers(binary, left.columns, right.values, false, notes))
  if (left.kind === 'scalar' && right.kind === 'vector')
    return vectorOf(withNumbers(binary, right.columns, left.values, true, notes))
  return vectorOf([])
}

/** A comparison without `bool` keeps the series' value, on whichever side it stands. */
function withNumbers(
  binary: Binary,
  columns: readonly Column[],
  numbers: Float64Array,
  isLeft: boolean,
  notes: Annotations,
): Column[] {
  const filters = isComparison(binary.operator) && !binary.bool
  const labelsOf = keepsName(binary) ? (labels: Labels) => labels : withoutName
  const made = mapSamples(columns, labelsOf, (sample, step) => {
    const number = numbers[step] as number
    const [left, right] = isLeft ? [number, sample] : [sample, number]
    const outcome = operate(binary, left, right, notes)
    const result = outcome && resultOf(binary, outcome)
    return result !== undefined && filters ? sample : result
  })
  return distinct(made)
}

/** What is a part of a series is that series still. */
function keepsName({ operator, bool }: Binary): boolean {
  return (isComparison(operator) && !bool) || operator === '</' || operator === '>/'
}

function resultOf({ operator, bool }: Binary, { sample, holds }: Outcome): Sample | undefined {
  if (!isComparison(operator)) return sample
  if (bool) return holds ? 1 : 0
  return holds ? sample : undefined
}

function combinePairs(
  binary: Binary,
  left: readonly Column[],
  right: readonly Column[],
  count: number,
  notes: Annotations,
): Column[] {
  const pairing = new Pairing(binary, keepsName(binary))
  const made = new Map<string, Column>()
  for (let step = 0; step < count; step++)
    for (const pair of pairing.at(left, right, step)) {
      const outcome = operate(binary, pair.left, pair.right, notes)
      if (outcome === undefined) continue
      pairing.claim(pair)
      const sample = resultOf(binary, outcome)
      if (sample === undefined) continue
      const key = labelKey(pair.labels)
      const result = made.get(key) ?? emptyColumn(pair.labels, count)
      made.set(key, result)
      put(result, step, sample)
    }
  return [...made.values()]
}
