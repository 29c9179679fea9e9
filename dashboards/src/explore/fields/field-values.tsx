import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { getFacets, type LogsRequest } from '../../api/logs.ts'
import { filterOf, type OnFilter, withoutField } from '../query/filters.ts'
import styles from './fields.module.css'
import { ValueRow } from './value-row.tsx'

interface Properties {
  field: string
  request: LogsRequest
  /** Whether the query can be answered. */
  enabled: boolean
  /** The commonest values of the lines that match. */
  known: readonly { value: string; count: number }[] | undefined
  /** Something is asked of the field. */
  isActive: boolean
  onFilter: OnFilter
  onCompare: (field: string, value: string) => void
}

const fewValues = 8
const moreValues = 50
const most = 1_000
const FieldFigures = lazy(() =>
  import('./field-figures.tsx').then(module => ({ default: module.FieldFigures })),
)

/** Values of a field with their lines, counted as if nothing was asked of the field: what else there is stays in sight. */
export function FieldValues({ field, request, enabled, known, isActive, onFilter, onCompare }: Properties) {
  const [limit, setLimit] = useState(fewValues)
  const [sought, setSought] = useState('')
  const [hasFigures, setFigures] = useState(false)
  const others = { ...request, query: withoutField(request.query, field) }
  const needsMore = known === undefined || isActive || limit > fewValues || sought !== ''
  const asked = { ...others, fields: field, limit: limit + 1, search: sought }
  const { data, error, isFetching } = useQuery({
    queryKey: ['facets', asked],
    queryFn: ({ signal }) => getFacets(asked, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && needsMore,
  })
  const found =
    (needsMore ? data?.facets.find(facet => facet.field === field)?.values : undefined) ??
    (isActive ? undefined : known) ??
    []
  const filter = filterOf(request.query, field)
  const shown = found.slice(0, limit)
  const absent = [...filter.included, ...filter.excluded].filter(
    value => !shown.some(one => one.value === value),
  )
  const highest = Math.max(1, ...shown.map(({ count }) => count))
  const row = (value: string, count: number, share: number) => (
    <ValueRow key={value} {...{ field, value, count, share, filter, onFilter, onCompare }} />
  )
  return (
    <div className={styles['values']}>
      {limit > fewValues && (
        <input
          type="search"
          aria-label={`Find a value of ${field}`}
          placeholder="Find a value"
          value={sought}
          onChange={event => setSought(event.target.value)}
        />
      )}
      {enabled && error !== null && <p className={styles['none']}>{error.message}</p>}
      <ul>
        {absent.map(value => row(value, known?.find(one => one.value === value)?.count ?? 0, 0))}
        {shown.map(({ value, count }) => row(value, count, count / highest))}
      </ul>
      {enabled && error === null && shown.length + absent.length === 0 && (
        <p className={styles['none']}>
          {isFetching ? 'Counting…' : sought === '' ? 'No line has it.' : 'No value has this text.'}
        </p>
      )}
      <Tools
        hasMore={found.length > limit && limit < most}
        onMore={() => setLimit(limit === fewValues ? moreValues : most)}
        onThere={
          isEverywhere(field) ? undefined : isThere => onFilter(field, isThere ? 'without' : 'only', '')
        }
        hasFigures={hasFigures}
        onFigures={found.length > 0 ? () => setFigures(!hasFigures) : undefined}
      />
      {hasFigures && (
        <Suspense fallback={<p className={styles['none']}>Loading…</p>}>
          <FieldFigures field={field} request={request} />
        </Suspense>
      )}
    </div>
  )
}

const isEverywhere = (field: string) => ['level', 'service', 'host'].includes(field)

interface ToolsProperties {
  hasMore: boolean
  onMore: () => void
  /** Takes only the lines that have the field, or only those that have not; undefined where all have it. */
  onThere: ((isThere: boolean) => void) | undefined
  hasFigures: boolean
  /** Undefined where there is nothing to make figures of. */
  onFigures: (() => void) | undefined
}

function Tools({ hasMore, onMore, onThere, hasFigures, onFigures }: ToolsProperties) {
  return (
    <p className={styles['tools']}>
      {hasMore && (
        <button type="button" onClick={onMore}>
          More values
        </button>
      )}
      {onFigures !== undefined && (
        <button type="button" aria-pressed={hasFigures} onClick={onFigures}>
          {hasFigures ? 'Hide figures' : 'Figures'}
        </button>
      )}
      {onThere !== undefined && (
        <>
          <button type="button" title="Only lines that have this field" onClick={() => onThere(true)}>
            Has it
          </button>
          <button type="button" title="Only lines without this field" onClick={() => onThere(false)}>
            Lacks it
          </button>
        </>
      )}
    </p>
  )
}
