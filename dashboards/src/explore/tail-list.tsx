import { useRef, useState } from 'react'
import controls from '../ui/controls.module.css'
import { formatCount } from '../ui/format.ts'
import type { OnFilter } from './filters.ts'
import styles from './log-list.module.css'
import { useTail } from './use-tail.ts'
import { VirtualLines } from './virtual-lines.tsx'

/** Lines as they come in, the newest on top. */
export function TailList({ query, onFilter }: { query: string; onFilter: OnFilter }) {
  const { lines, waiting, dropped, connected, paused, setPaused } = useTail(query)
  const scroll = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<string>()
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
      <VirtualLines
        lines={lines}
        opened={opened}
        onToggle={toggle}
        onFilter={onFilter}
        scroll={scroll}
        testId="tail"
      />
    </>
  )
}

function describe(connected: boolean, paused: boolean, waiting: number, shown: number): string {
  if (!connected) return 'Connecting…'
  if (paused) return `Paused, ${formatCount(waiting)} new`
  return shown === 0 ? 'Waiting for the next line…' : `${formatCount(shown)} lines`
}
