import type { Binary } from './ast.ts'
import { type Column, emptyColumn, labelKey, put, sampleAt } from './column.ts'
import { matching } from './pairs.ts'

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
  const result = emptyColumn(column.labels, column.values.length)
  for (let step = 0; step < column.values.length; step++) {
    const sample = sampleAt(column, step)
    if (sample !== undefined && isWanted(step)) put(result, step, sample)
  }
  return result
}
