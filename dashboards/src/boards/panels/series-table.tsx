import type { BoardPanel } from '../../../../query/index.ts'
import { formatValue } from '../../charts/units.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import { type Column, Table } from '../../ui/table.tsx'
import { type TableRow, tableColumns, tableRows } from './table-rows.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

/** A row for each set of labels, with the value of each query. */
export function SeriesTable({ spec, series }: { spec: Spec; series: readonly DrawnSeries[] }) {
  const columns = tableColumns(series, spec).map(({ title, unit, of }): Column<TableRow> => {
    if (typeof of === 'string')
      return { title, show: ({ labels }) => labels[of] ?? '', sort: ({ labels }) => labels[of] ?? '' }
    return {
      title,
      show: ({ values }) => formatValue(values[of] ?? null, unit ?? spec.format.unit),
      sort: ({ values }) => values[of] ?? Number.NEGATIVE_INFINITY,
      align: 'right',
    }
  })
  return <Table label="Values" columns={columns} rows={tableRows(series, spec)} keyOf={({ key }) => key} />
}
