import { formatCount } from '../../ui/format.ts'
import type { FieldFilter } from '../query/clause.ts'
import type { OnFilter } from '../query/filters.ts'
import styles from './fields.module.css'

interface Properties {
  field: string
  value: string
  count: number
  /** Of the commonest value's lines. */
  share: number
  filter: FieldFilter
  onFilter: OnFilter
  onCompare: (field: string, value: string) => void
}

/** A value: a click takes it alone, or nothing of it again; + takes it too, − leaves it out, ≠ holds it against the rest. */
export function ValueRow({ field, value, count, share, filter, onFilter, onCompare }: Properties) {
  // lines without the field have the empty value
  const name = value === '' ? 'no value' : value
  const isIn = filter.included.includes(value)
  const isOut = filter.excluded.includes(value)
  const state = isIn ? styles['in'] : isOut ? styles['out'] : styles['value']
  return (
    <li>
      <button
        type="button"
        className={state}
        title={`only ${name}`}
        aria-pressed={isIn}
        onClick={() =>
          onFilter(field, isIn && filter.included.length === 1 ? 'clear' : isOut ? 'clear' : 'only', value)
        }
      >
        <i className={styles['share']} style={{ width: `${share * 100}%` }} />
        <span className={styles['mark']} aria-hidden="true">
          {isIn ? '✓' : isOut ? '✕' : ''}
        </span>
        <span className={`${styles['text']} ${isOut ? styles['struck'] : ''}`}>{name}</span>
        {value !== '' && <span className={styles['count']}>{formatCount(count)}</span>}
      </button>
      <span className={styles['ways']}>
        <button
          type="button"
          title={`or ${name}`}
          aria-label={`or ${field} ${name}`}
          onClick={() => onFilter(field, isIn ? 'clear' : 'also', value)}
        >
          +
        </button>
        <button
          type="button"
          title={`without ${name}`}
          aria-label={`without ${field} ${name}`}
          aria-pressed={isOut}
          onClick={() => onFilter(field, isOut ? 'clear' : 'without', value)}
        >
          −
        </button>
        <button
          type="button"
          title={`what tells ${name} from all other lines`}
          aria-label={`compare ${field} ${name} with the rest`}
          onClick={() => onCompare(field, value)}
        >
          ≠
        </button>
      </span>
    </li>
  )
}
