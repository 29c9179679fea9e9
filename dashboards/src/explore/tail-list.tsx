import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { formatCount } from '../format.ts'
import controls from '../shell/controls.module.css'
import type { OnFilter } from './filters.ts'
import styles from './log-list.module.css'
import { LogRow } from './log-row.tsx'
import { useTail } from './use-tail.ts'

const rowHeight = 24

/** Lines as they come in, the newest on top. */
export function TailList({ query, onFilter }: { query: string; onFilter: OnFilter }) {
  const { lines, waiting, dropped, connected, paused, setPaused } = useTail(query)
  const scroll = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<string>()
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: i => lines[i]?.id ?? i,
    overscan: 20,
  })
  const toggle = (id: string) => {
    // a line that is being read should not move away
    if (opened !== id) setPaused(true)
    setOpened(opened === id ? undefined : id)
  }
  return (
    <>
      <div className={styles['bar']} role="status">
        {connected && !paused && <span className={styles['pulse']} aria-hidden="true" />}
        <button type="button" className={controls['button']} onClick={() => setPaused(!paused)}>
          {paused ? 'Continue' : 'Pause'}
        </button>
        <span>{describe(connected, paused, waiting, lines.length)}</span>
        {dropped > 0 && (
          <span className={styles['dropped']}>{formatCount(dropped)} left out: too many to show</span>
        )}
      </div>
      <div ref={scroll} className={styles['list']} data-testid="tail">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(item => {
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
                  onToggle={() => toggle(line.id)}
                  onFilter={onFilter}
                />
              </div>
            )
          })}
        </div>
      </div>
    </>
  )
}

function describe(connected: boolean, paused: boolean, waiting: number, shown: number): string {
  if (!connected) return 'Connecting…'
  if (paused) return `Paused, ${formatCount(waiting)} new`
  return shown === 0 ? 'Waiting for the next line…' : `${formatCount(shown)} lines`
}
