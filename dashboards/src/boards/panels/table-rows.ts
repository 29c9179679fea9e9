import type { BoardPanel } from '../../../../query/index.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import { reduced } from './reduce.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

export interface TableRow {
  key: string
  labels: Readonly<Record<string, string>>
  /** Of each query, in their order. */
  values: (number | null)[]
}

export interface TableColumn {
  title: string
  unit: string | undefined
  /** A label, or which query's value. */
  of: string | number
}

const maxLabels = 12

/** A row for each set of labels, with a value of each query: what several queries say of one thing stands in one row. */
export function tableRows(series: readonly DrawnSeries[], spec: Spec): TableRow[] {
  const queries = queryCount(series)
  const rows = new Map<string, TableRow>()
  for (const { metric, query, values } of series) {
    const { __name__: name, ...labels } = metric
    const shown = queries === 1 && name !== undefined ? metric : labels
    const key = JSON.stringify(Object.entries(shown).sort())
    const row = rows.get(key) ?? { key, labels: shown, values: new Array<number | null>(queries).fill(null) }
    row.values[query] = reduced(values, spec.calculation)
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** Labels first, then the values; named, hidden and ordered as the panel's column settings say. */
export function tableColumns(series: readonly DrawnSeries[], { columnSettings }: Spec): TableColumn[] {
  const queries = queryCount(series)
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].filter(
    name => name !== '__name__' || queries === 1,
  )
  const letters = Array.from({ length: queries }, (_, i) => `Value #${String.fromCharCode(65 + i)}`)
  const all = [
    ...labels.map(name => ({ name, of: name as string | number })),
    ...letters.map((name, i) => ({
      name: queries === 1 ? 'Value' : name,
      letter: name,
      of: i as string | number,
    })),
  ]
  const settingOf = (column: (typeof all)[number]) => {
    const names = 'letter' in column ? [column.name, column.letter] : [column.name]
    return columnSettings.findIndex(({ name }) => names.includes(name))
  }
  const placed = all.map(column => ({ column, place: settingOf(column) }))
  const order = ({ place }: { place: number }) => (place < 0 ? columnSettings.length : place)
  const seen = placed
    .filter(({ place }) => columnSettings[place]?.hide !== true)
    .sort((a, b) => order(a) - order(b))
    .map(({ column, place }) => ({
      title: columnSettings[place]?.header ?? column.name,
      unit: columnSettings[place]?.unit,
      of: column.of,
    }))
  const tooMany = seen.filter(({ of }) => typeof of === 'string').slice(maxLabels)
  return seen.filter(column => !tooMany.includes(column))
}

function queryCount(series: readonly DrawnSeries[]): number {
  return series.reduce((most, { query }) => Math.max(most, query + 1), 1)
}
