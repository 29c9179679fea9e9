import * as z from 'zod/mini'
import { rangeFields, useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { useFixedRange } from '../ui/range.ts'
import { TimeRange } from '../ui/time-range.tsx'
import { LogRatePanel } from './log-rate-panel.tsx'
import { MetricPanel } from './metric-panel.tsx'
import { MetricPicker } from './metric-picker.tsx'
import styles from './metrics.module.css'
import { hostPanels } from './panels.ts'

const viewSchema = z.object({ ...rangeFields, query: z._default(z.string(), '') })

/** This system's machines and log rates as charts, and any metric by PromQL. */
export function Metrics() {
  const [view, change] = useAddress(viewSchema)
  const { range, look: lookNow } = useFixedRange(view)
  const look = (start: string, end: string) => {
    lookNow()
    change({ start, end })
  }
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <MetricPicker
          query={view.query}
          onQuery={query => {
            lookNow()
            change({ query })
          }}
        />
        <TimeRange start={view.start} end={view.end} onRange={look} />
        <button type="button" className={controls['button']} onClick={() => lookNow()}>
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
