import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { type Column, clampWidth, minWidth } from './columns.ts'
import styles from './grid-head.module.css'
import type { Showing } from './showing.ts'

const keyStep = 16

/** Names of the columns. Their edges move by mouse and by arrow keys; a click on the time turns the order. */
export function GridHead({ showing }: { showing: Showing }) {
  const { columns, order, hasDate, onColumns, onOrder, onColumn } = showing
  const resize = (field: string, width: number) =>
    onColumns(columns.map(column => (column.field === field ? { field, width: clampWidth(width) } : column)))
  return (
    <div role="row" className={styles['head']} aria-rowindex={1}>
      <span
        role="columnheader"
        className={hasDate ? styles['date'] : styles['time']}
        aria-sort={order === 'backward' ? 'descending' : 'ascending'}
      >
        <button
          type="button"
          title={order === 'backward' ? 'Newest first: turn around' : 'Oldest first: turn around'}
          onClick={() => onOrder(order === 'backward' ? 'forward' : 'backward')}
        >
          Time <span aria-hidden="true">{order === 'backward' ? '↓' : '↑'}</span>
        </button>
      </span>
      {columns.map(column => (
        <Head key={column.field} column={column} onWidth={resize} onRemove={() => onColumn(column.field)} />
      ))}
      <span role="columnheader" className={styles['message']}>
        Message
      </span>
    </div>
  )
}

interface HeadProperties {
  column: Column
  onWidth: (field: string, width: number) => void
  onRemove: () => void
}

function Head({ column: { field, width }, onWidth, onRemove }: HeadProperties) {
  const grip = useRef<{ x: number; width: number }>(undefined)
  const take = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = { x: event.clientX, width }
  }
  const move = (event: PointerEvent) => {
    if (grip.current !== undefined) onWidth(field, grip.current.width + event.clientX - grip.current.x)
  }
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -keyStep, ArrowRight: keyStep }[event.key]
    if (by === undefined) return
    event.preventDefault()
    onWidth(field, width + by)
  }
  return (
    <span role="columnheader" className={styles['column']} style={{ width }}>
      <span className={styles['name']} title={field}>
        {field}
      </span>
      <button
        type="button"
        className={styles['remove']}
        aria-label={`Remove the column ${field}`}
        onClick={onRemove}
      >
        ✕
      </button>
      <span
        role="separator"
        tabIndex={0}
        aria-label={`Width of ${field}`}
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={minWidth}
        aria-valuemax={1200}
        className={styles['grip']}
        onPointerDown={take}
        onPointerMove={move}
        onPointerUp={() => {
          grip.current = undefined
        }}
        onKeyDown={step}
      />
    </span>
  )
}
