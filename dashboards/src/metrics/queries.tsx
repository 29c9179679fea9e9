import { useState } from 'react'
import { ApiError } from '../api/http.ts'
import { mistakeOf } from '../editor/mistake.ts'
import controls from '../ui/controls.module.css'
import type { Metric } from './browser.tsx'
import { Builder } from './builder.tsx'
import { QueryRow } from './query-row.tsx'
import { type MetricsView, type QueryName, queryNames, queryOf, withQuery } from './view.ts'

interface Properties {
  view: MetricsView
  metrics: readonly Metric[]
  /** Of the last answer. */
  error: Error | null
  onRun: (part: Partial<MetricsView>) => void
}

/** Up to six queries and formulas, each a line; one can be put together by clicks. */
export function Queries({ view, metrics, error, onRun }: Properties) {
  const [added, setAdded] = useState(0)
  const [building, setBuilding] = useState<QueryName>()
  const used = queryNames.filter(name => queryOf(view, name) !== '')
  const last = Math.max(0, ...used.map(name => queryNames.indexOf(name)))
  const rows = queryNames.slice(0, Math.min(queryNames.length, last + 1 + added))
  const toggle = (list: 'hidden' | 'right', name: QueryName) =>
    onRun({ [list]: view[list].includes(name) ? view[list].replace(name, '') : view[list] + name })
  return (
    <>
      {rows.map(name => (
        <QueryRow
          key={name}
          name={name}
          query={queryOf(view, name)}
          metrics={metrics}
          mistake={mistakeIn(queryOf(view, name), error)}
          hidden={view.hidden.includes(name)}
          right={view.right.includes(name)}
          onRun={query => onRun(withQuery(name, query))}
          onHide={() => toggle('hidden', name)}
          onRight={() => toggle('right', name)}
          onBuild={() => setBuilding(name)}
        />
      ))}
      {view.query !== '' && rows.length < queryNames.length && (
        <button type="button" className={controls['quiet']} onClick={() => setAdded(added + 1)}>
          + query, or a formula as in $a / $b
        </button>
      )}
      {building !== undefined && (
        <Builder
          metrics={metrics}
          onClose={() => setBuilding(undefined)}
          onBuilt={query => {
            setBuilding(undefined)
            onRun(withQuery(building, query))
          }}
        />
      )}
    </>
  )
}

/** Where a query is wrong; of a formula that names others the place is one in what they stand for, and is not marked. */
function mistakeIn(query: string, error: Error | null) {
  return error instanceof ApiError && query !== '' && error.query === query ? mistakeOf(error) : undefined
}
