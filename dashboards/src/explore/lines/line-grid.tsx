import {
  defaultRangeExtractor,
  type Range,
  useVirtualizer,
  type VirtualItem,
  type Virtualizer,
} from '@tanstack/react-virtual'
import {
  lazy,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { levelColour } from '../../levels.ts'
import { isSelecting } from '../../ui/selecting.ts'
import { useTimes } from '../../ui/times.ts'
import { copyRows } from './copy-rows.ts'
import type { Entry } from './fold.ts'
import { GridHead } from './grid-head.tsx'
import styles from './line-grid.module.css'
import { LineRow } from './line-row.tsx'
import { useRowKeys } from './row-keys.ts'
import type { Showing } from './showing.ts'

interface Properties {
  entries: readonly Entry[]
  showing: Showing
  /** Id of the line whose details are shown; '' for none. */
  opened: string
  onOpen: (id: string) => void
  /** What scrolls. */
  scroll: RefObject<HTMLDivElement | null>
  testId: string
  isStale?: boolean
  /** Called with the index of the last line in sight. */
  onShown?: (last: number) => void
  /** Called with the indices of the first and the last line on screen. */
  onSight?: (first: number, last: number) => void
  onScroll?: () => void
  /** Stands before the line of this index: a gap. */
  noteBefore?: (index: number) => ReactNode
  children?: ReactNode
}

const LineDetails = lazy(() => import('./line-details.tsx').then(module => ({ default: module.LineDetails })))
const rowHeight = 24
const overscan = 15

/**
 * Any number of lines, of which only those in sight are in the page. The focus is the grid's: arrows, PageUp, PageDown, Home
 * and End move the current line, Enter opens it, Escape closes it.
 */
export function LineGrid(properties: Properties) {
  const { entries, showing, opened, onOpen, scroll, testId, isStale = false } = properties
  const { onShown, onSight, onScroll, noteBefore, children } = properties
  const id = useId()
  const [current, setCurrent] = useState('')
  const at = entries.findIndex(({ line }) => line.id === current)
  const virtual = useLines(entries, scroll, at)
  const items = virtual.getVirtualItems()
  useShown(items.at(-1)?.index ?? 0, onShown)
  useSightOf(virtual, onSight)
  const toggle = (line: string) => onOpen(opened === line ? '' : line)
  const onKeyDown = useRowKeys({ entries, at, virtual, setCurrent, toggle, close: () => onOpen('') })
  return (
    <div
      ref={scroll}
      className={isStale ? styles['stale'] : styles['list']}
      data-testid={testId}
      onScroll={onScroll}
    >
      <div
        role="treegrid"
        tabIndex={0}
        data-results
        className={styles['grid']}
        aria-label="Lines"
        aria-rowcount={entries.length + 1}
        aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
        onKeyDown={onKeyDown}
        onCopy={copyRows}
        onFocus={event => {
          if (event.target === event.currentTarget && at === -1)
            setCurrent(entries[items[0]?.index ?? 0]?.line.id ?? '')
        }}
      >
        <GridHead showing={showing} />
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(item => {
            const entry = entries[item.index]
            if (entry === undefined) return null
            return (
              <Row
                key={item.key}
                id={`${id}-${item.index}`}
                item={item}
                entry={entry}
                showing={showing}
                isOpen={opened === entry.line.id}
                isCurrent={item.index === at}
                measure={virtual.measureElement}
                note={noteBefore?.(item.index)}
                onToggle={() => {
                  setCurrent(entry.line.id)
                  toggle(entry.line.id)
                }}
              />
            )
          })}
        </div>
      </div>
      {children}
    </div>
  )
}

function useShown(last: number, onShown: Properties['onShown']): void {
  useEffect(() => {
    onShown?.(last)
  }, [onShown, last])
}

function useSightOf({ range }: Lines, onSight: Properties['onSight']): void {
  const [first, last] = [range?.startIndex, range?.endIndex]
  useEffect(() => {
    if (first !== undefined && last !== undefined) onSight?.(first, last)
  }, [onSight, first, last])
}

interface RowProperties {
  id: string
  item: VirtualItem
  entry: Entry
  showing: Showing
  isOpen: boolean
  isCurrent: boolean
  measure: (element: Element | null) => void
  note: ReactNode
  onToggle: () => void
}

function Row({ id, item, entry, showing, isOpen, isCurrent, measure, note, onToggle }: RowProperties) {
  const times = useTimes()
  const onClick = useClick(onToggle)
  const state = isOpen ? styles['opened'] : styles['closed']
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      ref={measure}
      role="row"
      id={id}
      data-index={item.index}
      aria-rowindex={item.index + 2}
      aria-expanded={isOpen}
      className={`${state} ${isCurrent ? styles['current'] : ''}`}
      style={{ transform: `translateY(${item.start}px)`, borderLeftColor: levelColour(entry.line.level) }}
      onClick={onClick}
    >
      {note}
      <div className={styles['cells']} role="presentation">
        <LineRow entry={entry} showing={showing} times={times} />
      </div>
      {isOpen && (
        <Suspense>
          <LineDetails entry={entry} showing={showing} />
        </Suspense>
      )}
    </div>
  )
}

/**
 * A click opens or closes the line; one into what is open, or one that ends a selection of text, does neither. The second of a
 * double click takes back what the first did: a word is selected, and nothing else has happened.
 */
function useClick(onToggle: () => void): (event: MouseEvent) => void {
  const toggled = useRef(false)
  return ({ target, detail }) => {
    if ((target as Element).closest('[data-details]') !== null) return
    const wasToggled = toggled.current
    toggled.current = !isSelecting()
    if (toggled.current || (detail === 2 && wasToggled)) onToggle()
  }
}

type Lines = Virtualizer<HTMLDivElement, Element>

function useLines(entries: readonly Entry[], scroll: RefObject<HTMLDivElement | null>, at: number): Lines {
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range)
      // the current line stays in the page, or the grid could not name it
      return at === -1 || shown.includes(at) ? shown : [...shown, at].sort((a, b) => a - b)
    },
    [at],
  )
  return useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: i => entries[i]?.line.id ?? i,
    scrollPaddingStart: rowHeight + 4,
    overscan,
    rangeExtractor,
  })
}
