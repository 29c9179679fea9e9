import { memo } from 'react'
import { levelColour } from '../../levels.ts'
import { countOf, toMs } from '../../ui/format.ts'
import type { Times } from '../../ui/times.ts'
import { hasAnsi, withoutAnsi } from '../text/ansi.ts'
import { Marked } from '../text/marked.tsx'
import { type Entry, hiddenLines } from './fold.ts'
import { inlineFields, valueIn } from './line-fields.ts'
import styles from './line-row.module.css'
import type { Showing } from './showing.ts'

interface Properties {
  entry: Entry
  showing: Showing
  times: Times
}

/** More of a line does not fit on the screen; all of it is behind a click. */
const shownLength = 800
const wrappedLength = 2_000
const mostInline = 40

/** The cells of one line: time, columns, message with fields behind it. */
export const LineRow = memo(function LineRow({ entry, showing, times }: Properties) {
  const { line } = entry
  const { columns, hasDate, wraps, marker } = showing
  const ms = toMs(line.timestamp)
  return (
    <>
      <span role="gridcell" className={styles['time']}>
        <time>{hasDate ? times.exact(ms) : times.time(ms)}</time>
      </span>
      {columns.map(({ field, width }) => (
        <span key={field} role="gridcell" className={styles['cell']} style={{ width }}>
          {field === 'level' ? (
            <span style={{ color: levelColour(line.level) }}>{line.level}</span>
          ) : (
            <Marked text={valueIn(line, field).slice(0, shownLength)} marker={marker} />
          )}
        </span>
      ))}
      <span role="gridcell" className={wraps ? styles['wrapped'] : styles['message']}>
        <Hidden entry={entry} />
        <Marked text={shownText(entry, wraps)} marker={marker} />
        {showing.hasInline && <Inline entry={entry} showing={showing} />}
      </span>
    </>
  )
})

function Hidden({ entry }: { entry: Entry }) {
  const count = hiddenLines(entry)
  if (count === 0) return null
  return (
    <span className={styles['hidden']}>
      +{count} {count === 1 ? 'line' : 'lines'}
    </span>
  )
}

function Inline({ entry, showing }: { entry: Entry; showing: Showing }) {
  const fields = inlineFields(entry.line, new Set(showing.columns.map(({ field }) => field)), showing.chosen)
  return (
    <>
      {fields.slice(0, mostInline).map(({ name, value }) => (
        <span key={name} className={styles['field']}>
          {' '}
          <span className={styles['name']}>{name}=</span>
          <Marked text={value} marker={showing.marker} />
        </span>
      ))}
      {fields.length > mostInline && ` and ${countOf(fields.length - mostInline, 'field')} more`}
    </>
  )
}

/** The message, with the colours of a terminal where the line has them. */
function shownText({ line }: Entry, wraps: boolean): string {
  const hasColours = hasAnsi(line.body) && withoutAnsi(line.body) === line.message
  const text = hasColours ? line.body : line.message
  if (wraps) return text.length > wrappedLength ? `${text.slice(0, wrappedLength)}…` : text
  const end = text.indexOf('\n')
  const first = end === -1 ? text : text.slice(0, end)
  return first.length > shownLength ? `${first.slice(0, shownLength)}…` : first
}
