import { useState } from 'react'
import type { Stroke } from '../ui/palette.ts'
import { figuresOf } from './align.ts'
import styles from './legend.module.css'
import { shortNames } from './short-names.ts'
import { Swatch } from './swatch.tsx'
import { formatValue, type Unit } from './units.ts'

export interface LegendEntry extends Stroke {
  name: string
  values: readonly (number | null)[]
  unit: Unit
}

interface Properties {
  entries: readonly LegendEntry[]
  /** With least, most and last; or only the names. */
  kind: 'list' | 'table'
  /** The series that is shown alone. */
  alone: string | undefined
  onAlone: (name: string | undefined) => void
  /** Where the pointer is: an index into the values. */
  at: number | null
}

const columns = ['last', 'min', 'max', 'mean'] as const
type Sort = (typeof columns)[number] | 'name'

/** What the lines are. A click on a name leaves only it; the table is sorted by what its head is clicked at. */
export function Legend({ entries, kind, alone, onAlone, at }: Properties) {
  const [sort, setSort] = useState<Sort>()
  const short = shortNames(entries.map(({ name }) => name))
  const rows = entries.map((entry, i) => ({
    entry,
    text: short[i] ?? entry.name,
    figures: figuresOf(entry.values),
  }))
  if (sort === 'name') rows.sort((a, b) => a.entry.name.localeCompare(b.entry.name))
  else if (sort !== undefined)
    rows.sort(
      (a, b) => (b.figures[sort] ?? Number.NEGATIVE_INFINITY) - (a.figures[sort] ?? Number.NEGATIVE_INFINITY),
    )
  const name = (entry: LegendEntry, text: string, shown: string) => (
    <button
      type="button"
      className={styles['name']}
      title={entry.name}
      aria-pressed={alone === entry.name}
      onClick={() => onAlone(alone === entry.name ? undefined : entry.name)}
    >
      <Swatch stroke={entry} faded={alone !== undefined && alone !== entry.name} />
      <span className={styles['text']}>{text}</span>
      {shown !== '' && <b>{shown}</b>}
    </button>
  )
  const shownOf = (entry: LegendEntry, last: number | null) =>
    formatValue(at === null ? last : entry.values[at], entry.unit)
  if (kind === 'list')
    return (
      <ul className={styles['list']}>
        {rows.map(({ entry, text, figures }) => (
          <li key={entry.name}>{name(entry, text, shownOf(entry, figures.last))}</li>
        ))}
      </ul>
    )
  return (
    <div className={styles['scroll']}>
      <table className={styles['table']} aria-label="Legend">
        <thead>
          <tr>
            {(['name', ...columns] as const).map(column => (
              <th key={column} scope="col" aria-sort={sort === column ? 'descending' : undefined}>
                <button type="button" onClick={() => setSort(column)}>
                  {column}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ entry, text, figures }) => (
            <tr key={entry.name}>
              <td>{name(entry, text, '')}</td>
              <td>{shownOf(entry, figures.last)}</td>
              <td>{formatValue(figures.min, entry.unit)}</td>
              <td>{formatValue(figures.max, entry.unit)}</td>
              <td>{formatValue(figures.mean, entry.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
