import { goNumber, goQuoted, OperatingError } from '../../lib/base/index.ts'
import type { Annotations } from './annotations.ts'
import type { Aggregation } from './ast.ts'
import {
  type Column,
  emptyColumn,
  hasSamples,
  type Labels,
  labelKey,
  put,
  type Sample,
  sampleAt,
  withoutName,
} from './column.ts'
import type { Evaluation } from './functions/kind.ts'
import { checkLabel } from './functions/labels.ts'
import { averageOf, leastOf, mostOf, quantile, sumOf, variance } from './functions/statistics.ts'
import { describeHistogram } from './native/describe.ts'
import { compact, type NativeHistogram } from './native/histogram.ts'
import { totalOf } from './native/total.ts'
import { formatValue } from './number.ts'
import { select, selects } from './select.ts'

const maxCount = 2 ** 63

type Fold = (values: Float64Array, parameter: number) => number

/** What is made of the numbers of a group at one step. */
const folds: Readonly<Record<string, Fold>> = {
  sum: sumOf,
  avg: averageOf,
  min: leastOf,
  max: mostOf,
  stddev: values => Math.sqrt(variance(values)),
  stdvar: values => variance(values),
  quantile: (values, q) => quantile(values, q),
}

/** Puts series together by their labels; topk and its like keep the series themselves. Source: Prometheus querying/operators. */
export function aggregate(aggregation: Aggregation, evaluation: Evaluation): Column[] {
  const { operator } = aggregation
  const input = evaluation.vector(aggregation.of)
  const groups = [...Map.groupBy(input, column => labelKey(grouped(aggregation, column.labels))).values()]
  const { steps, notes } = evaluation
  if (operator === 'count_values') return countValues(aggregation, groups, evaluation)
  const parameter =
    aggregation.parameter === undefined
      ? new Float64Array(steps.count)
      : evaluation.scalar(aggregation.parameter)
  if (selects(operator)) refuseParameter(operator, parameter)
  if (operator === 'quantile' || operator === 'limit_ratio') noteOutside(aggregation, parameter, notes)
  if (selects(operator)) return groups.flatMap(members => select(aggregation, members, parameter, notes))
  const group = new Group(aggregation, notes)
  return groups.map(members => group.folded(members, parameter)).filter(hasSamples)
}

/** Numbers of series are whole and of 64 bits. Source: prometheus promql, aggregationK. */
function refuseParameter(operator: string, parameter: Float64Array): void {
  if (parameter.some(Number.isNaN))
    throw new OperatingError('QUERY_EXECUTION', `the parameter of ${operator} is NaN: a number is needed`)
  const tooLarge = operator === 'limit_ratio' ? undefined : parameter.find(value => value >= maxCount)
  if (tooLarge !== undefined)
    throw new OperatingError(
      'QUERY_EXECUTION',
      `the parameter of ${operator} is ${goNumber(tooLarge)}: a number of series is needed`,
    )
}

/** Of all steps what is no number, and what lies farthest outside. Source: prometheus promql, rangeEvalAgg. */
function noteOutside(aggregation: Aggregation, given: Float64Array, notes: Annotations): void {
  const { operator, parameter, from, to } = aggregation
  const [least, name] =
    operator === 'quantile' ? ([0, 'invalidQuantile'] as const) : ([-1, 'invalidRatio'] as const)
  const numbers = given.filter(value => !Number.isNaN(value))
  const outside = [
    numbers.reduce((a, b) => Math.max(a, b), 1),
    numbers.reduce((a, b) => Math.min(a, b), least),
  ]
  const noted = outside.filter(value => value < least || value > 1)
  for (const value of numbers.length < given.length ? [Number.NaN, ...noted] : noted) {
    const capped = operator === 'quantile' ? '' : `, capping to ${value > 1 ? 1 : least}`
    notes.add(name, parameter ?? { from, to }, `, got ${goNumber(value)}${capped}`)
  }
}

function grouped({ by, labels }: Aggregation, of: Labels): Record<string, string> {
  const entries = Object.entries(by ? of : withoutName(of))
  return Object.fromEntries(entries.filter(([name]) => labels.includes(name) === by))
}

class Group {
  readonly #aggregation: Aggregation
  readonly #notes: Annotations

  constructor(aggregation: Aggregation, notes: Annotations) {
    this.#aggregation = aggregation
    this.#notes = notes
  }

  folded(members: readonly Column[], parameter: Float64Array): Column {
    const labels = grouped(this.#aggregation, (members[0] as Column).labels)
    const result = emptyColumn(labels, parameter.length)
    const hasHistograms = members.some(({ histograms }) => histograms !== undefined)
    const room = new Float64Array(members.length)
    for (let step = 0; step < parameter.length; step++) {
      const numbers = numbersAt(members, step, room)
      const histograms = hasHistograms ? histogramsAt(members, step) : []
      const sample = this.#sample(numbers, histograms, parameter[step] as number, members)
      if (sample !== undefined) put(result, step, sample)
    }
    return result
  }

  #sample(
    numbers: Float64Array,
    histograms: readonly NativeHistogram[],
    parameter: number,
    members: readonly Column[],
  ): Sample | undefined {
    const { operator, of } = this.#aggregation
    const count = numbers.length + histograms.length
    if (count === 0) return undefined
    if (operator === 'count') return count
    if (operator === 'group') return 1
    const takesHistograms = operator === 'sum' || operator === 'avg'
    if (histograms.length > 0 && !takesHistograms)
      this.#notes.add('ignoredHistogram', of, `${operator} aggregation`)
    if (histograms.length > 0 && takesHistograms) return this.#total(numbers, histograms, members)
    return numbers.length === 0 ? undefined : (folds[operator] as Fold)(numbers, parameter)
  }

  /** Histograms add up bucket by bucket; where numbers stand among them there is no sum. */
  #total(
    numbers: Float64Array,
    histograms: readonly NativeHistogram[],
    members: readonly Column[],
  ): Sample | undefined {
    const { operator, of } = this.#aggregation
    if (numbers.length > 0) {
      this.#notes.add('mixedSamples', of, 'aggregation')
      return undefined
    }
    const { histogram, isReconciled, hasCollision } = totalOf(histograms, operator as 'sum' | 'avg')
    if (histogram === undefined)
      this.#notes.add('mixedSchemas', of, goQuoted(members[0]?.labels['__name__'] ?? ''))
    if (hasCollision) this.#notes.add('resetCollision', of, 'aggregation')
    if (isReconciled) this.#notes.add('reconciledBuckets', of, 'aggregation')
    return histogram && compact(histogram)
  }
}

/** Hot: once a step. They stand in `room` until the next step. */
function numbersAt(members: readonly Column[], step: number, room: Float64Array): Float64Array {
  let count = 0
  for (const { present, values, histograms } of members)
    if (present[step] === 1 && histograms?.[step] === undefined) room[count++] = values[step] as number
  return room.subarray(0, count)
}

function histogramsAt(members: readonly Column[], step: number): NativeHistogram[] {
  return members.flatMap(({ present, histograms }) => (present[step] === 1 ? (histograms?.[step] ?? []) : []))
}

/** How many series have each value: the value becomes a label. */
function countValues(
  aggregation: Aggregation,
  groups: readonly Column[][],
  evaluation: Evaluation,
): Column[] {
  const name = aggregation.parameter === undefined ? '' : evaluation.text(aggregation.parameter)
  checkLabel(name)
  const made = new Map<string, Column>()
  for (const members of groups) {
    const labels = grouped(aggregation, (members[0] as Column).labels)
    for (const member of members) countInto(made, member, value => ({ ...labels, [name]: value }))
  }
  return [...made.values()]
}

function countInto(made: Map<string, Column>, member: Column, labelsOf: (value: string) => Labels): void {
  const count = member.values.length
  for (let step = 0; step < count; step++) {
    const sample = sampleAt(member, step)
    if (sample === undefined) continue
    const text = typeof sample === 'number' ? formatValue(sample) : describeHistogram(sample)
    const column = columnOf(made, labelsOf(text), count)
    put(column, step, (column.values[step] as number) + 1)
  }
}

function columnOf(made: Map<string, Column>, labels: Labels, count: number): Column {
  const key = labelKey(labels)
  const column = made.get(key) ?? emptyColumn(labels, count)
  made.set(key, column)
  return column
}
