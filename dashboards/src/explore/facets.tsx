import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getFacets, type LogsRequest } from '../api/logs.ts'
import { formatCount } from '../ui/format.ts'
import styles from './facets.module.css'
import type { OnFilter } from './filters.ts'

interface Properties {
  request: LogsRequest
  enabled: boolean
  onFilter: OnFilter
}

const shownValues = 8

/** The commonest values of the commonest fields; a click takes only those lines, − leaves them out. */
export function Facets({ request, enabled, onFilter }: Properties) {
  const { data } = useQuery({
    queryKey: ['facets', request],
    queryFn: ({ signal }) => getFacets(request, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
  return (
    <aside className={styles['facets']} aria-label="Fields">
      {data?.facets.map(({ field, values }) => (
        <section key={field}>
          <h2>{field}</h2>
          <ul>
            {values.slice(0, shownValues).map(({ value, count }) => (
              <li key={value}>
                <button
                  type="button"
                  className={styles['value']}
                  title={value}
                  onClick={() => onFilter(field, '=', value)}
                >
                  <span>{value}</span>
                  <span className={styles['count']}>{formatCount(count)}</span>
                </button>
                <button
                  type="button"
                  className={styles['without']}
                  title={`without ${value}`}
                  aria-label={`without ${field} ${value}`}
                  onClick={() => onFilter(field, '!=', value)}
                >
                  −
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </aside>
  )
}
