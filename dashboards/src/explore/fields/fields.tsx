import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getFieldNames } from '../../api/fields.ts'
import { getFacets, type LogsRequest } from '../../api/logs.ts'
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
  const active = new Set(filtersOf(request.query).map(({ field }) => field))
  const facets = new Map(usual.data?.facets.map(facet => [facet.field, facet.values]))
  const known = new Map(all.data?.fields.map(({ field, values }) => [field, values]))
  const names = [...new Set([...active, ...ofEveryLine, ...facets.keys(), ...known.keys()])]
  const shown = names.filter(name => name.toLowerCase().includes(sought.toLowerCase()))
  return (
    <div className={styles['fields']}>
      <input
        type="search"
        aria-label="Find a field"
        placeholder={`Find a field${names.length > 3 ? ` (${names.length})` : ''}`}
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
      {shown.length === 0 && <p className={styles['none']}>No field has “{sought}” in its name.</p>}
      {all.data !== undefined && all.data.sampled >= 20_000 && (
        <p className={styles['none']}>Out of the newest {all.data.sampled.toLocaleString('en')} lines.</p>
      )}
    </div>
  )
}
