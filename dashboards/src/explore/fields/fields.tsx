import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getFieldNames } from '../../api/fields.ts'
import { getFacets, type LogsRequest } from '../../api/logs.ts'
import { isFound } from '../../ui/use-find.ts'
import { useRoving } from '../../ui/use-roving.ts'
import { filtersOf, type OnFilter } from '../query/filters.ts'
import { FieldSection } from './field-section.tsx'
import styles from './fields.module.css'

interface Properties {
  request: LogsRequest
  enabled: boolean
  onFilter: OnFilter
  columns: ReadonlySet<string>
  onColumn: (field: string) => void
  chosen: readonly string[]
  onChosen: (field: string) => void
  onCompare: (field: string, value: string) => void
}

/** Each has buttons of its own: thousands make a page slow, and are read by nobody. */
const mostShown = 200
const ofEveryLine = ['level', 'service', 'host']
const opened = new Set(ofEveryLine)

/** All fields of the lines that match: to look for, to filter by, to make columns of. */
export function Fields({
  request,
  enabled,
  onFilter,
  columns,
  onColumn,
  chosen,
  onChosen,
  onCompare,
}: Properties) {
  const [sought, setSought] = useState('')
  const { ref, onKeyDown } = useRoving<HTMLDivElement>('h2, li, p')
  const usual = useQuery({
    queryKey: ['facets', request],
    queryFn: ({ signal }) => getFacets(request, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
  const all = useQuery({
    queryKey: ['fields', request],
    queryFn: ({ signal }) => getFieldNames(request, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
  // the list has the commonest names: of others only the store knows
  const isSoughtThere = sought !== '' && all.data?.more === true
  const there = useQuery({
    queryKey: ['fields', request, sought],
    queryFn: ({ signal }) => getFieldNames(request, signal, sought),
    placeholderData: keepPreviousData,
    enabled: enabled && isSoughtThere,
  })
  const active = new Set(filtersOf(request.query).map(({ field }) => field))
  const facets = new Map(usual.data?.facets.map(facet => [facet.field, facet.values]))
  const named = [...(all.data?.fields ?? []), ...((isSoughtThere && there.data?.fields) || [])]
  const known = new Map(named.map(({ field, values }) => [field, values]))
  const names = [...new Set([...active, ...ofEveryLine, ...facets.keys(), ...known.keys()])]
  const found = names.filter(name => isFound(name, sought))
  const shown = found.slice(0, mostShown)
  return (
    <div className={styles['fields']}>
      <input
        type="search"
        aria-label="Find a field"
        placeholder={`Find a field${names.length > 3 ? ` (${names.length}${all.data?.more === true ? ' and more' : ''})` : ''}`}
        value={sought}
        onChange={event => setSought(event.target.value)}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons in it */}
      <div ref={ref} onKeyDown={onKeyDown}>
        {shown.map(field => (
          <FieldSection
            key={field}
            field={field}
            request={request}
            enabled={enabled}
            values={facets.get(field)}
            different={known.get(field)}
            isFirstOpen={opened.has(field) || active.has(field)}
            isColumn={columns.has(field)}
            onColumn={onColumn}
            isChosen={chosen.includes(field)}
            onChosen={onChosen}
            onFilter={onFilter}
            onCompare={onCompare}
          />
        ))}
      </div>
      {found.length > mostShown && (
        <p className={styles['none']}>
          {mostShown} of {names.length} fields{all.data?.more === true && ' and more'}: find others by a part
          of their name.
        </p>
      )}
      {shown.length === 0 && (
        <p className={styles['none']} role="status">
          {isSoughtThere && there.isFetching ? 'Looking for it…' : `No field has “${sought}” in its name.`}
        </p>
      )}
      {all.data !== undefined && all.data.sampled >= 20_000 && (
        <p className={styles['none']}>Out of the newest {all.data.sampled.toLocaleString('en')} lines.</p>
      )}
    </div>
  )
}
