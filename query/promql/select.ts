import { crc32 } from 'node:zlib'
import type { AggregationOperator } from './ast.ts'
import { type Column, emptyColumn, histogramColumn, labelKey, put } from './column.ts'
import { compareNumbers } from './functions/statistics.ts'

const selecting: ReadonlySet<AggregationOperator> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio'])

/** Whether it keeps some series of a group as they are. */
export function selects(operator: AggregationOperator): boolean {
  return selecting.has(operator)
}

/** At each step the chosen series of one group, with all their labels; the best first where the order means something. */
export function select(
  operator: AggregationOperator,
  members: readonly Column[],
  parameter: Float64Array,
): Column[] {
  const count = parameter.length
  const kept = new Map<Column, Column>()
  for (let step = 0; step < count; step++)
    for (const column of chosen(operator, members, parameter[step] as number, step)) {
      const result = kept.get(column) ?? emptied(column, count)
      kept.set(column, result)
      put(result, step, column.values[step] as number)
      if (result.histograms !== undefined) result.histograms[step] = column.histograms?.[step]
    }
  return [...kept.values()]
}

function emptied({ labels, histograms }: Column, count: number): Column {
  return histograms === undefined ? emptyColumn(labels, count) : histogramColumn(labels, count)
}

function chosen(
  operator: AggregationOperator,
  members: readonly Column[],
  parameter: number,
  step: number,
): Column[] {
  const there = members.filter(({ present }) => present[step] === 1)
  if (operator === 'limit_ratio') return there.filter(({ labels }) => isInRatio(labels, parameter))
  const number = Math.floor(parameter)
  if (!(number >= 1)) return []
  if (operator === 'limitk') return there.slice(0, number)
  const sign = operator === 'topk' ? -1 : 1
  const order = (a: Column, b: Column) =>
    compareNumbers(sign, a.values[step] as number, b.values[step] as number)
  return there.toSorted(order).slice(0, number)
}

/** By a hash of the labels, so that a ratio and what is left of it (as 0.1 and -0.9) are all series, each once. */
function isInRatio(labels: Readonly<Record<string, string>>, ratio: number): boolean {
  const place = crc32(labelKey(labels)) / 2 ** 32
  return ratio >= 0 ? place < ratio : place >= 1 + ratio
}
