import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react'
import { isSelecting } from './selecting.ts'
import styles from './table.module.css'
import { useRoving } from './use-roving.ts'

export interface Column<Row> {
  /** '' over buttons and bars, which say themselves what they are. */
  title: string
  show: (row: Row) => ReactNode
  /** What rows are sorted by; a column without it cannot be sorted by. */
  sort?: (row: Row) => number | string
  align?: 'right'
  /** It stays on one line however narrow the window is: times, states. */
  oneLine?: true
  /** What a row is about: on a phone it has a line of its own, and the rest stands around it with the titles beside. */
  about?: true
}

interface Properties<Row> {
  /** What the table shows, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** Opens a row, by click or Enter. */
  onOpen?: (row: Row) => void
  /** The row that is open. */
  current?: string | undefined
  /** What is said where there is no row. */
  empty?: string
}

/** Rows to read and sort, and to go through with the arrow keys. For some thousand rows; longer lists are virtual. */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
  onOpen,
  current,
  empty = 'None is like that.',
}: Properties<Row>) {
  const [order, setOrder] = useState<{ title: string; down: boolean }>()
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order])
  // of numbers the greatest are looked for: the slowest, the largest, the furthest behind
  const turn = ({ title, align }: Column<Row>) =>
    setOrder(present => ({ title, down: present?.title === title ? !present.down : align === 'right' }))
  const { ref, onKeyDown } = useRoving<HTMLTableSectionElement>('tr[data-opens]')
  if (rows.length === 0) return <p className={styles['empty']}>{empty}</p>
  return (
    <div className={styles['scroll']}>
      <table
        className={`${styles['table']} ${columns.some(({ about }) => about) ? styles['cards'] : styles['sideways']}`}
        aria-label={label}
      >
        <thead>
          <tr>
            {columns.map(column => (
              <Head key={column.title} column={column} order={order} onTurn={turn} />
            ))}
          </tr>
        </thead>
        <tbody ref={ref} onKeyDown={onKeyDown}>
          {sorted.map(row => (
            <tr
              key={keyOf(row)}
              className={onOpen === undefined ? '' : styles['opens']}
              data-opens={onOpen === undefined ? undefined : ''}
              aria-current={current === keyOf(row) ? 'true' : undefined}
              onClick={() => {
                if (!isSelecting()) onOpen?.(row)
              }}
              onKeyDown={event => onKey(event, () => onOpen?.(row))}
            >
              {columns.map(column => (
                <td key={column.title} className={cellClass(column)} data-title={column.title}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface HeadProperties<Row> {
  column: Column<Row>
  order: { title: string; down: boolean } | undefined
  onTurn: (column: Column<Row>) => void
}

function Head<Row>({ column, order, onTurn }: HeadProperties<Row>) {
  const { title, sort, align } = column
  if (title === '') return <td />
  const state = order?.title !== title ? undefined : order.down ? 'descending' : 'ascending'
  const sign = state === undefined ? '' : state === 'descending' ? ' ↓' : ' ↑'
  return (
    <th scope="col" aria-sort={state} className={align === 'right' ? styles['right'] : ''}>
      {sort === undefined ? (
        title
      ) : (
        <button type="button" onClick={() => onTurn(column)}>
          {title}
          <span aria-hidden="true">{sign}</span>
        </button>
      )}
    </th>
  )
}

function cellClass<Row>({ align, oneLine, about }: Column<Row>): string | undefined {
  if (about === true) return styles['about']
  if (align === 'right') return styles['right']
  return oneLine === true ? styles['oneLine'] : undefined
}

function onKey(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return
  if (event.key !== 'Enter') return
  open()
  event.preventDefault()
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: { title: string; down: boolean } | undefined,
): readonly Row[] {
  const by = columns.find(({ title }) => title === order?.title)?.sort
  if (by === undefined) return rows
  const sign = order?.down === true ? -1 : 1
  return rows.toSorted((a, b) => sign * compare(by(a), by(b)))
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b))
}
