import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type RefObject, useEffect } from 'react'
import type { LogLine } from '../../../query/index.ts'
import type { OnFilter } from './filters.ts'
import { LogRow } from './log-row.tsx'
import styles from './virtual-lines.module.css'

interface Properties {
  lines: readonly LogLine[]
  /** The line whose details are shown. */
  opened: string | undefined
  onToggle: (id: string) => void
  onFilter: OnFilter
  /** What scrolls. */
  scroll: RefObject<HTMLDivElement | null>
  testId: string
  faded?: boolean
  /** Called with the index of the last line in sight. */
  onShown?: (last: number) => void
  children?: ReactNode
}

const rowHeight = 24
const overscan = 20

/** Any number of lines, of which only those in sight are in the page. */
export function VirtualLines(properties: Properties) {
  const { lines, opened, onToggle, onFilter, scroll, testId, faded = false, onShown, children } = properties
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: i => lines[i]?.id ?? i,
    overscan,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onShown?.(last), [onShown, last])
  return (
    <div ref={scroll} className={faded ? styles['faded'] : styles['list']} data-testid={testId}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const line = lines[item.index]
          if (line === undefined) return null
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles['item']}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow
                line={line}
                open={opened === line.id}
                onToggle={() => onToggle(line.id)}
                onFilter={onFilter}
              />
            </div>
          )
        })}
      </div>
      {children}
    </div>
  )
}
