import { type FormEvent, useEffect, useState } from 'react'
import { ApiError } from '../api/client.ts'
import controls from '../shell/controls.module.css'
import type { View } from '../url-state.ts'
import styles from './query-bar.module.css'
import { TimeRange } from './time-range.tsx'

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
  const invalid = error instanceof ApiError && error.problem.position !== undefined && text === view.query
  return (
    <form className={styles['bar']} onSubmit={submit}>
      <input
        className={invalid ? styles['invalid'] : styles['query']}
        value={text}
        onChange={event => setText(event.target.value)}
        placeholder={'{service="web", level="error"} |= "timeout"   or plain words'}
        aria-label="Query"
        aria-invalid={invalid}
        spellCheck={false}
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: the start page's one purpose is to be typed into
        autoFocus
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
