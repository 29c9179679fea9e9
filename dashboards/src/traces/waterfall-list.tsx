import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { countOf, formatDuration } from '../ui/format.ts'
import { durationTicks, type WaterfallRow } from './waterfall.ts'
import styles from './waterfall-list.module.css'

interface Properties {
  rows: readonly WaterfallRow[]
  durationNs: number
  colours: ReadonlyMap<string, string>
  /** The span that is open. */
  chosen: string
  onChoose: (spanId: string) => void
  onFold: (spanId: string) => void
}

const rowHeight = 26

/** Any number of spans, of which those in sight are in the page. Arrows go through them, left and right fold. */
export function Waterfall({ rows, durationNs, colours, chosen, onChoose, onFold }: Properties) {
  const scroll = useRef<HTMLDivElement>(null)
  const at = rows.findIndex(({ span }) => span.spanId === chosen)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 15,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list moves when another span is chosen, not when it is drawn anew
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at)
  }, [chosen])
  const onKey = (event: KeyboardEvent) => {
    const row = rows[at]
    const next = rows[stepOf(event.key, at, rows.length)]
    if (next !== undefined) onChoose(next.span.spanId)
    else if (row !== undefined && foldsBy(event.key, row)) onFold(row.span.spanId)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className={styles['ticks']} aria-hidden="true">
        {durationTicks(durationNs).map(ns => (
          <span key={ns} style={{ left: `${(ns / Math.max(1, durationNs)) * 100}%` }}>
            {ns === 0 ? '0' : formatDuration(ns)}
          </span>
        ))}
      </div>
      <div
        ref={scroll}
        className={styles['list']}
        role="tree"
        aria-label="Waterfall"
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `span-${chosen}`}
        onKeyDown={onKey}
        data-testid="waterfall"
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index] as WaterfallRow
            return (
              <Line
                key={row.span.spanId + index}
                row={row}
                top={start}
                colour={colours.get(row.span.service) ?? 'var(--accent)'}
                chosen={index === at}
                onChoose={onChoose}
                onFold={onFold}
              />
            )
          })}
        </div>
      </div>
    </>
  )
}

function stepOf(key: string, at: number, count: number): number {
  if (key === 'ArrowDown') return Math.min(count - 1, at + 1)
  if (key === 'ArrowUp') return Math.max(0, at - 1)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return -1
}

function foldsBy(key: string, { folded, below }: WaterfallRow): boolean {
  if (below === 0) return false
  return (key === 'ArrowLeft' && !folded) || (key === 'ArrowRight' && folded)
}

interface LineProperties {
  row: WaterfallRow
  top: number
  colour: string
  chosen: boolean
  onChoose: (spanId: string) => void
  onFold: (spanId: string) => void
}

function Line({ row, top, colour, chosen, onChoose, onFold }: LineProperties) {
  const { span, left, width, below, folded, isError, critical } = row
  const percent = (share: number) => `${share * 100}%`
  const took = formatDuration(span.durationNs)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys of all its items
    <div
      role="treeitem"
      id={`span-${span.spanId}`}
      tabIndex={-1}
      aria-level={span.depth + 1}
      aria-selected={chosen}
      aria-expanded={below === 0 ? undefined : !folded}
      className={chosen ? styles['chosen'] : styles['line']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(span.spanId)}
    >
      <span className={styles['name']} style={{ paddingLeft: 4 + Math.min(span.depth, 24) * 12 }}>
        {below === 0 ? (
          <span className={styles['leaf']} />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className={styles['fold']}
            // the row says by itself whether it is folded, and the arrow keys fold it
            aria-hidden="true"
            title={folded ? `show ${countOf(below, 'span')} below` : 'hide the spans below'}
            onClick={event => {
              event.stopPropagation()
              onFold(span.spanId)
            }}
          >
            {folded ? `▸ ${below}` : '▾'}
          </button>
        )}
        {isError && (
          <b className={styles['error']} role="img" aria-label="error">
            !
          </b>
        )}
        <i className={styles['mark']} style={{ background: colour }} />
        <span className={styles['service']}>{span.service}</span> {span.name}
      </span>{' '}
      <span className={styles['track']}>
        <i
          className={styles['bar']}
          style={{ left: percent(left), width: percent(width), background: colour }}
        />
        {critical.map(part => (
          <i
            key={part.left}
            className={styles['critical']}
            style={{ left: percent(part.left), width: percent(part.width) }}
          />
        ))}
        <span className={styles['after']} style={{ left: percent(Math.min(1, left + width)) }}>
          {took}
        </span>
      </span>
    </div>
  )
}
