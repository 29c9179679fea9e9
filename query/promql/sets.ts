import type { Binary, BinaryOperator } from './ast.ts'
import { type Column, emptyColumn, histogramColumn, labelKey, put } from './column.ts'
import { matching } from './pairs.ts'

export function isSetOperator(operator: BinaryOperator): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless'
}

/** Series of one side, by whether the other has a partner at that step. Source: Prometheus querying/operators. */
export function combineSets(binary: Binary, left: readonly Column[], right: readonly Column[]): Column[] {
  if (binary.operator === 'or') return [...left, ...keptAt(binary, right, left, false)]
  return keptAt(binary, left, right, binary.operator === 'and')
}

/** Of each series the steps at which the others have a partner, or have none. */
function keptAt(
  binary: Binary,
  columns: readonly Column[],
  others: readonly Column[],
  wanted: boolean,
): Column[] {
  const partners = Map.groupBy(others, ({ labels }) => labelKey(matching(binary, labels)))
  const kept = columns.map(column => {
    const same = partners.get(labelKey(matching(binary, column.labels))) ?? []
    return only(column, step => same.some(({ present }) => present[step] === 1) === wanted)
  })
  return kept.filter(({ present }) => present.includes(1))
}

function only(column: Column, isWanted: (step: number) => boolean): Column {
  const count = column.values.length
  const result =
    column.histograms === undefined
      ? emptyColumn(column.labels, count)
      : histogramColumn(column.labels, count)
  for (let step = 0; step < count; step++) {
    if (column.present[step] !== 1 || !isWanted(step)) continue
    put(result, step, column.values[step] as number)
    if ('histograms' in result) result.histograms[step] = column.histograms?.[step]
  }
  return result
}
