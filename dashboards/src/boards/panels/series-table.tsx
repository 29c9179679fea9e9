import type { BoardPanel } from '../../../../query/index.ts'
import { formatValue } from '../../charts/units.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import { type Column, Table } from '../../ui/table.tsx'
import { reduced } from './reduce.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

const maxLabels = 8

/** A row for each series: its labels and its value. */
export function SeriesTable({ spec, series }: { spec: Spec; series: readonly DrawnSeries[] }) {
  const names = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].slice(0, maxLabels)
  const valueIn = ({ values }: DrawnSeries) => reduced(values, spec.calculation)
  const columns: Column<DrawnSeries>[] = [
    ...names.map(name => ({
      title: name,
      show: ({ metric }: DrawnSeries) => metric[name] ?? '',
      sort: ({ metric }: DrawnSeries) => metric[name] ?? '',
    })),
    {
      title: 'Value',
      show: row => formatValue(valueIn(row), spec.format.unit),
      sort: row => valueIn(row) ?? Number.NEGATIVE_INFINITY,
      align: 'right',
    },
  ]
  return <Table label="Values" columns={columns} rows={series} keyOf={row => `${row.query} ${row.name}`} />
}
