import { useState } from 'react'
import type { LogsRequest } from '../../api/logs.ts'
import { countOf, formatCount } from '../../ui/format.ts'
import { filterOf, type OnFilter } from '../query/filters.ts'
import { FieldValues } from './field-values.tsx'
import styles from './fields.module.css'

interface Properties {
  field: string
  request: LogsRequest
  enabled: boolean
  /** The commonest values, where they are known already. */
  values: readonly { value: string; count: number }[] | undefined
  /** How many values there are, about. */
  different: number | undefined
  isFirstOpen: boolean
  isColumn: boolean
  onColumn: (field: string) => void
  isChosen: boolean
  onChosen: (field: string) => void
  onFilter: OnFilter
  onCompare: (field: string, value: string) => void
}

/** A field: its values behind a click, and whether it is a column. */
export function FieldSection(properties: Properties) {
  const {
    field,
    request,
    enabled,
    values,
    different,
    isFirstOpen,
    isColumn,
    onColumn,
    isChosen,
    onChosen,
    onFilter,
    onCompare,
  } = properties
  const [isOpen, setOpen] = useState(isFirstOpen)
  const { included, excluded } = filterOf(request.query, field)
  const isActive = included.length + excluded.length > 0
  return (
    <section className={styles['section']} aria-label={field}>
      <h2>
        <button
          type="button"
          className={styles['name']}
          aria-expanded={isOpen}
          title={field}
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <span className={isActive ? styles['active'] : styles['plain']}>{field}</span>
        </button>
        <button
          type="button"
          className={styles['column']}
          aria-pressed={isChosen}
          aria-label={`${field} behind the message`}
          title={isChosen ? 'No longer behind the message' : 'Behind the message'}
          onClick={() => onChosen(field)}
        >
          ¶
        </button>
        <button
          type="button"
          className={styles['column']}
          aria-pressed={isColumn}
          aria-label={`${field} as a column`}
          title={isColumn ? 'Take out of the columns' : 'As a column'}
          onClick={() => onColumn(field)}
        >
          ▥
        </button>
        {different !== undefined && (
          <span className={styles['different']} title={`${countOf(different, 'value')} of ${field}`}>
            {formatCount(different)}
          </span>
        )}
      </h2>
      {isOpen && (
        <FieldValues
          field={field}
          request={request}
          enabled={enabled}
          known={values}
          isActive={isActive}
          onFilter={onFilter}
          onCompare={onCompare}
        />
      )}
    </section>
  )
}
