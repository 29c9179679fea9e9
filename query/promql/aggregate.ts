import { OperatingError } from '../../lib/base/index.ts'
import type { Aggregation } from './ast.ts'
import {
  type Column,
  distinct,
  emptyColumn,
  histogramColumn,
  labelKey,
  numbersOnly,
  put,
  putHistogram,
  withoutName,
} from './column.ts'
import type { Evaluation } from './functions/kind.ts'
import { averageOf, least, most, quantile, sumOf, variance } from './functions/statistics.ts'
import { plus, times } from './native/histogram.ts'
import { select, selects } from './select.ts'

type Labels = Record<string, string>
type Fold = (values: readonly number[], parameter: number) => number

/** What is made of the values of a group at one step. */
const folds: Readonly<Record<string, Fold>> = {
  sum: sumOf,
  avg: averageOf,
  min: values => values.reduce(least),
  max: values => values.reduce(most),
  count: values => values.length,
  group: () => 1,
  stddev: values => Math.sqrt(variance(values)),
  stdvar: values => variance(values),
  quantile: (values, q) => quantile(values, q),
}
const takesHistograms: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'count',
  'group',
  'limitk',
  'limit_ratio',
  'count_values',
])

/** Puts series together by their labels; topk and its like keep the series themselves. Source: Prometheus querying/operators. */
export function aggregate(aggregation: Aggregation, evaluation: Evaluation): Column[] {
  const { operator } = aggregation
  const all = evaluation.vector(aggregation.of)
  const input = takesHistograms.has(operator) ? all : numbersOnly(all)
  const groups = [...Map.groupBy(input, column => labelKey(grouped(aggregation, column.labels))).values()]
  const { count } = evaluation.steps
  if (operator === 'count_values') return countValues(aggregation, groups, evaluation)
  const parameter = aggregation.parameter === undefined ? undefined : evaluation.scalar(aggregation.parameter)
  if (selects(operator))
    return groups.flatMap(members => select(operator, members, parameter ?? new Float64Array(count)))
  return groups.flatMap(members => {
    const labels = grouped(aggregation, (members[0] as Column).labels)
    const result = members.some(({ histograms }) => histograms !== undefined)
      ? foldHistograms(operator, labels, members, count)
      : fold(operator, labels, members, count, parameter)
    return result.present.includes(1) ? [result] : []
  })
}

function grouped({ by, labels }: Aggregation, of: Readonly<Labels>): Labels {
  const entries = Object.entries(by ? of : withoutName(of))
  return Object.fromEntries(entries.filter(([name]) => labels.includes(name) === by))
}

function fold(
  operator: string,
  labels: Labels,
  members: readonly Column[],
  count: number,
  parameter?: Float64Array,
): Column {
  const result = emptyColumn(labels, count)
  const compute = folds[operator] as Fold
  for (let step = 0; step < count; step++) {
    const values = valuesAt(members, step)
    if (values.length > 0) put(result, step, compute(values, parameter?.[step] ?? Number.NaN))
  }
  return result
}

function valuesAt(members: readonly Column[], step: number): number[] {
  const values: number[] = []
  for (const { present, values: all } of members) if (present[step] === 1) values.push(all[step] as number)
  return values
}

/** Histograms add up bucket by bucket; where numbers stand among them Prometheus leaves both out. */
function foldHistograms(operator: string, labels: Labels, members: readonly Column[], count: number): Column {
  if (operator === 'count' || operator === 'group') return fold(operator, labels, members, count)
  const result = histogramColumn(labels, count)
  for (let step = 0; step < count; step++) {
    const found = members.flatMap(({ histograms }) => histograms?.[step] ?? [])
    const [first, ...rest] = found
    const isMixed = members.some(m => m.histograms === undefined && m.present[step] === 1)
    if (first === undefined || isMixed) continue
    const sum = rest.reduce((together, histogram) => plus(together, histogram), first)
    putHistogram(result, step, operator === 'sum' ? sum : times(sum, 1 / found.length))
  }
  return result
}

/** How many series have each value: the value becomes a label. */
function countValues(
  aggregation: Aggregation,
  groups: readonly Column[][],
  evaluation: Evaluation,
): Column[] {
  const name = aggregation.parameter === undefined ? '' : evaluation.text(aggregation.parameter)
  if (name === '')
    throw new OperatingError(
      'QUERY_EXECUTION',
      'count_values writes the value to a label: name it, as in count_values("version", x)',
    )
  const { count } = evaluation.steps
  const made = groups.flatMap(members => {
    const labels = grouped(aggregation, (members[0] as Column).labels)
    const byValue = new Map<string, Column>()
    for (let step = 0; step < count; step++)
      for (const value of valuesAt(numbersOnly(members), step)) {
        const text = formatNumber(value)
        const column = byValue.get(text) ?? emptyColumn({ ...labels, [name]: text }, count)
        byValue.set(text, column)
        put(column, step, (column.values[step] as number) + 1)
      }
    return [...byValue.values()]
  })
  return distinct(made)
}

/** As Go writes a float in the shortest form. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
