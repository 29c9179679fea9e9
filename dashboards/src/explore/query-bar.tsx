import { type ReactNode, useEffect, useState } from 'react'
import { completeLater } from '../editor/complete-later.ts'
import { mistakeOf } from '../editor/mistake.ts'
import { QueryField } from '../editor/query-field.tsx'
import controls from '../ui/controls.module.css'
import { SkipLink } from '../ui/skip-link.tsx'
import { TimeRange } from '../ui/time-range.tsx'
import styles from './query-bar.module.css'
import { QueryMenu } from './saved/query-menu.tsx'
import type { View } from './view.ts'

interface Properties {
  view: View
  error: Error | null
  busy: boolean
  onRun: (query: string) => void
  onRange: (start: string, end: string) => void
  onTail: (tail: boolean) => void
  children?: ReactNode
}

/** The query, the range and live tail. Enter runs; an error is shown below, at its place. */
export function QueryBar({ view, error, busy, onRun, onRange, onTail, children }: Properties) {
  const [text, setText] = useState(view.query)
  useEffect(() => setText(view.query), [view.query])
  return (
    <search className={styles['bar']} data-query="main">
      <QueryField
        value={text}
        onChange={setText}
        onRun={() => onRun(text)}
        label="Query"
        hint={'timeout level:error   or   {service="web"} |= "timeout"'}
        language="logql"
        mistake={text === view.query ? mistakeOf(error) : undefined}
        complete={completeLater}
        focus
      />
      <SkipLink />
      <span className={styles['tools']}>
        <QueryMenu query={view.query} onRun={onRun} />
        {!view.tail && <TimeRange start={view.start} end={view.end} onRange={onRange} />}
        <button type="button" className={controls['primary']} aria-busy={busy} onClick={() => onRun(text)}>
          Run
        </button>
        <button
          type="button"
          className={view.tail ? controls['pressed'] : controls['button']}
          aria-pressed={view.tail}
          onClick={() => onTail(!view.tail)}
        >
          {view.tail ? '■ Stop' : '▶ Live'}
        </button>
        {children}
      </span>
    </search>
  )
}
