import type { SeriesMath } from './ast.ts'
import type { TraceSeries } from './series.ts'

/**
 * Two sets of series, those of the same labels together. One without labels goes with each of the other side. Where one side
 * has no value it counts as 0, and what is divided by 0 is none. Source: Tempo, pkg/traceql/ast_metrics_math.go.
 *
 * @example
 * computedSeries('/', [{ labels: [], values: errors }], [{ labels: [], values: all }]) // => the share of errors
 */
export function computedSeries(
  operator: SeriesMath['operator'],
  left: readonly TraceSeries[],
  right: readonly TraceSeries[],
): TraceSeries[] {
  const [ofLeft, ofRight] = [byLabels(left), byLabels(right)]
  const keys = ofRight.has(noLabels) ? ofLeft.keys() : ofRight.keys()
  return [...keys].flatMap(key => {
    const one = ofLeft.get(key) ?? ofLeft.get(noLabels)
    const other = ofRight.get(key) ?? ofRight.get(noLabels)
    return one === undefined || other === undefined ? [] : [together(operator, one, other)]
  })
}

const noLabels = '[]'
const nameLabel = '__name__'

function byLabels(series: readonly TraceSeries[]): Map<string, TraceSeries> {
  return new Map(series.map(one => [JSON.stringify(one.labels.filter(([name]) => name !== nameLabel)), one]))
}

function together(operator: SeriesMath['operator'], left: TraceSeries, right: TraceSeries): TraceSeries {
  const values = left.values.map((value, step) => computed(operator, value, right.values[step] ?? Number.NaN))
  const labels = new Map([...right.labels, ...left.labels])
  const names = [left, right].map(one => one.labels.find(([name]) => name === nameLabel)?.[1])
  labels.delete(nameLabel)
  if (names.every(name => name !== undefined)) labels.set(nameLabel, `(${names.join(` ${operator} `)})`)
  return { labels: [...labels], values }
}

function computed(operator: SeriesMath['operator'], left: number, right: number): number {
  const [a, b] = [left, right].map(value => (Number.isNaN(value) ? 0 : value)) as [number, number]
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  return b === 0 ? Number.NaN : a / b
}
