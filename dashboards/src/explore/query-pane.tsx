import { type ReactNode, useState } from 'react'
import { completeLater } from '../editor/complete-later.ts'
import { mistakeOf } from '../editor/mistake.ts'
import { QueryField } from '../editor/query-field.tsx'
import controls from '../ui/controls.module.css'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import { Histogram } from './histogram/histogram.tsx'
import { useHistogram } from './histogram/use-histogram.ts'
import { useInSight } from './lines/in-sight.ts'
import { LogList } from './lines/log-list.tsx'
import type { Showing } from './lines/showing.ts'
import { useLogs } from './lines/use-logs.ts'
import { Fixes } from './query/fixes-list.tsx'
import styles from './query-pane.module.css'
import { markerOf } from './text/marks.ts'

interface Properties {
  query: string
  range: Range
  showing: Showing
  onRun: (query: string) => void
  onClose: () => void
  onBrush: (start: string, end: string) => void
  children?: ReactNode
}

/** A further query over the same time, beside the first. */
export function QueryPane({ query, range, showing, onRun, onClose, onBrush }: Properties) {
  const [text, setText] = useState(query)
  const [opened, setOpened] = useState('')
  const request = { query, ...range }
  const logs = useLogs(request, showing.order, true)
  const histogram = useHistogram(request, true)
  const inSight = useInSight()
  const error = logs.error ?? histogram.error
  return (
    <section className={styles['pane']} aria-label={`Query ${query}`}>
      <div className={styles['head']}>
        <QueryField
          value={text}
          onChange={setText}
          onRun={() => onRun(text)}
          label="Query beside"
          hint="another query"
          language="logql"
          mistake={text === query ? mistakeOf(error) : undefined}
          complete={completeLater}
        />
        <button type="button" className={controls['quiet']} aria-label="Close this query" onClick={onClose}>
          ✕
        </button>
      </div>
      {error !== null && <Problem error={error} query={query} onRetry={() => void logs.refetch()} />}
      {error !== null && <Fixes query={query} error={error} onRun={onRun} />}
      <Histogram
        inSight={inSight}
        answer={histogram.data}
        previous={undefined}
        isStale={histogram.isPlaceholderData}
        onBrush={onBrush}
        onLevel={() => undefined}
      />
      {error === null && (
        <LogList
          inSight={inSight}
          logs={logs}
          showing={{ ...showing, marker: markerOf(query) }}
          opened={opened}
          onOpen={setOpened}
        />
      )}
    </section>
  )
}
