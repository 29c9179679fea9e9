import { useState } from 'react'
import { TimeRange } from '../explore/time-range.tsx'
import controls from '../shell/controls.module.css'
import { resolveRange, useView } from '../url-state.ts'
import { LogRatePanel } from './log-rate-panel.tsx'
import { MetricPanel } from './metric-panel.tsx'
import { MetricPicker } from './metric-picker.tsx'
import styles from './metrics.module.css'
import { hostPanels } from './panels.ts'

/** This system's machines and log rates as charts, and any metric by PromQL. */
export function Metrics() {
  const [view, change] = useView()
  const [nowMs, setNowMs] = useState(() => Date.now())
  const range = resolveRange(view, nowMs)
  const look = (start: string, end: string) => {
    setNowMs(Date.now())
    change({ start, end })
  }
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <MetricPicker
          query={view.query}
          onQuery={query => {
            setNowMs(Date.now())
            change({ query })
          }}
        />
        <TimeRange start={view.start} end={view.end} onRange={look} />
        <button type="button" className={controls['button']} onClick={() => setNowMs(Date.now())}>
          Refresh
        </button>
      </div>
      <div className={styles['grid']}>
        {view.query !== '' && (
          <MetricPanel
            wide
            panel={{ title: view.query, query: view.query, unit: 'number' }}
            range={range}
            onBrush={look}
          />
        )}
        <LogRatePanel range={range} onBrush={look} />
        {hostPanels.map(panel => (
          <MetricPanel key={panel.title} panel={panel} range={range} onBrush={look} />
        ))}
      </div>
    </div>
  )
}
