import { useMemo } from 'react'
import { msOf, type Range } from '../ui/range.ts'
import { readColumns, turned, writeColumns } from './lines/columns.ts'
import type { Showing } from './lines/showing.ts'
import { filterBy } from './query/filters.ts'
import { markerOf } from './text/marks.ts'
import type { ChangeView, View } from './view.ts'

const dayMs = 86_400_000

/** How lines are shown, as the address says it. */
export function useShowing(view: View, change: ChangeView, { start, end }: Range): Showing {
  return useMemo(() => {
    const columns = readColumns(view.columns)
    const chosen = readColumns(view.chosen).map(({ field }) => field)
    const [startMs, endMs] = [msOf(start) ?? 0, msOf(end) ?? Number.POSITIVE_INFINITY]
    return {
      columns,
      hasInline: view.inline,
      chosen,
      wraps: view.wrap,
      order: view.order,
      hasDate: !view.tail && (endMs - startMs > dayMs || Date.now() - startMs > dayMs),
      marker: markerOf(view.query),
      onFilter: (field, action, value) => change({ query: filterBy(view.query, field, action, value) }),
      onColumn: field => change({ columns: writeColumns(turned(columns, field)) }, { replace: true }),
      onChosen: field =>
        change(
          { chosen: writeColumns(turned(readColumns(view.chosen), field)), inline: true },
          { replace: true },
        ),
      onColumns: changed => change({ columns: writeColumns(changed) }, { replace: true }),
      onOrder: order => change({ order }),
      linkTo: id => linkTo(id, { start, end }),
    }
  }, [view, change, start, end])
}

/** This view with its range fixed, and one line open. */
function linkTo(line: string, { start, end }: Range): string {
  const url = new URL(window.location.href)
  url.searchParams.delete('tail')
  for (const [name, value] of Object.entries({ start, end, line })) url.searchParams.set(name, value)
  return url.href
}
