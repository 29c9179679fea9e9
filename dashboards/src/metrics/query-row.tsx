import type { CompletionContext } from '@codemirror/autocomplete'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { completeMetrics } from '../editor/complete-metrics.ts'
import type { mistakeOf } from '../editor/mistake.ts'
import { QueryField } from '../editor/query-field.tsx'
import controls from '../ui/controls.module.css'
import type { Metric } from './browser.tsx'
import styles from './query-row.module.css'

interface Properties {
  name: string
  query: string
  metrics: readonly Metric[]
  mistake: ReturnType<typeof mistakeOf>
  hidden: boolean
  right: boolean
  onRun: (query: string) => void
  onHide: () => void
  onRight: () => void
  onBuild: () => void
}

/** One query in PromQL, with the names of all metrics to choose from. */
export function QueryRow({
  name,
  query,
  metrics,
  mistake,
  hidden,
  right,
  onRun,
  onHide,
  onRight,
  onBuild,
}: Properties) {
  const [text, setText] = useState(query)
  useEffect(() => setText(query), [query])
  const known = useRef(metrics)
  known.current = metrics
  const [complete] = useState(() => (context: CompletionContext) => completeMetrics(context, known.current))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onRun(text.trim())
  }
  return (
    <form className={styles['row']} onSubmit={submit} aria-label={`Query ${name}`}>
      <strong className={styles['name']}>{name}</strong>
      <QueryField
        value={text}
        onChange={setText}
        onRun={() => onRun(text.trim())}
        label={name === 'a' ? 'PromQL' : `PromQL ${name}`}
        hint="PromQL, as in sum by (host) (rate(system_network_io_bytes_total[5m]))"
        language="promql"
        mistake={text === query ? mistake : undefined}
        complete={complete}
      />
      <button type="submit" className={controls['primary']}>
        Show
      </button>
      <button type="button" className={controls['button']} onClick={onBuild}>
        Build
      </button>
      <button
        type="button"
        className={hidden ? controls['pressed'] : controls['quiet']}
        aria-pressed={hidden}
        onClick={onHide}
      >
        Hide
      </button>
      <button
        type="button"
        className={right ? controls['pressed'] : controls['quiet']}
        aria-pressed={right}
        onClick={onRight}
      >
        Right axis
      </button>
    </form>
  )
}
