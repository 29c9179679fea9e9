import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { getMetricNames } from '../api/client.ts'
import controls from '../shell/controls.module.css'
import styles from './metric-picker.module.css'

/** PromQL, with the names of all metrics to choose from. */
export function MetricPicker({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const [text, setText] = useState(query)
  useEffect(() => setText(query), [query])
  const names = useQuery({ queryKey: ['metric-names'], queryFn: getMetricNames })
  const list = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onQuery(text.trim())
  }
  return (
    <form className={styles['form']} onSubmit={submit}>
      <input
        className={styles['input']}
        value={text}
        list={list}
        onChange={event => setText(event.target.value)}
        placeholder="PromQL, as in sum by (host) (rate(system_network_io_bytes_total[5m]))"
        aria-label="PromQL"
        spellCheck={false}
      />
      <datalist id={list}>
        {names.data?.metrics.map(({ name, type, description, series }) => (
          <option key={name} value={name}>{`${type}, ${series} series. ${description}`}</option>
        ))}
      </datalist>
      <button type="submit" className={controls['primary']}>
        Show
      </button>
    </form>
  )
}
