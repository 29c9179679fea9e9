import { type FormEvent, useEffect, useState } from 'react'
import { completeLabels } from '../editor/complete-labels.ts'
import { mistakeOf } from '../editor/mistake.ts'
import { QueryField } from '../editor/query-field.tsx'
import controls from '../ui/controls.module.css'
import { TimeRange } from '../ui/time-range.tsx'
import styles from './query-bar.module.css'
import type { View } from './view.ts'

interface Properties {
  view: View
  error: Error | null
  busy: boolean
  onRun: (query: string) => void
  onRange: (start: string, end: string) => void
  onTail: (tail: boolean) => void
}

/** The query, the range and live tail. Enter runs; an error is shown below, at its place. */
export function QueryBar({ view, error, busy, onRun, onRange, onTail }: Properties) {
  const [text, setText] = useState(view.query)
  useEffect(() => setText(view.query), [view.query])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onRun(text)
  }
  return (
    <form className={styles['bar']} onSubmit={submit}>
      <QueryField
        value={text}
        onChange={setText}
        onRun={() => onRun(text)}
        label="Query"
        hint={'{service="web", level="error"} |= "timeout"   or plain words'}
        language="logql"
        mistake={text === view.query ? mistakeOf(error) : undefined}
        complete={completeLabels}
        focus
      />
      {!view.tail && <TimeRange start={view.start} end={view.end} onRange={onRange} />}
      <button type="submit" className={controls['primary']} aria-busy={busy}>
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
    </form>
  )
}
