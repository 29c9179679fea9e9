import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { type FormEvent, useEffect, useState } from 'react'
import { getMetricNames } from '../api/metrics.ts'
import { QueryField } from '../editor/query-field.tsx'
import controls from '../ui/controls.module.css'
import styles from './metric-picker.module.css'

/** PromQL, with the names of all metrics to choose from. */
export function MetricPicker({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const [text, setText] = useState(query)
  useEffect(() => setText(query), [query])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onQuery(text.trim())
  }
  return (
    <form className={styles['form']} onSubmit={submit}>
      <QueryField
        value={text}
        onChange={setText}
        onRun={() => onQuery(text.trim())}
        label="PromQL"
        hint="PromQL, as in sum by (host) (rate(system_network_io_bytes_total[5m]))"
        language="promql"
        mistake={undefined}
        complete={completeNames}
      />
      <button type="submit" className={controls['primary']}>
        Show
      </button>
    </form>
  )
}

async function completeNames(context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w:]+/)
  if (word === null && !context.explicit) return null
  const { metrics } = await getMetricNames()
  const options = metrics.map(({ name, type, description }) => ({
    label: name,
    detail: type,
    info: description,
  }))
  return { from: word?.from ?? context.pos, options, validFor: /^[\w:]*$/ }
}
