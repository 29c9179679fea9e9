import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LogLine } from '../../../query/index.ts'
import { getContext } from '../api/logs.ts'
import controls from '../ui/controls.module.css'
import { toMs } from '../ui/format.ts'
import { useTimes } from '../ui/times.ts'
import type { OnFilter } from './filters.ts'
import styles from './log-details.module.css'

/** All that is known of a line, each value to filter by, and the lines around it. */
export function LogDetails({ line, onFilter }: { line: LogLine; onFilter: OnFilter }) {
  const [around, setAround] = useState(false)
  const known: [string, string][] = [
    ['service', line.service],
    ['host', line.host],
    ['level', line.level],
    ['trace_id', line.traceId],
    ['span_id', line.spanId],
  ]
  const fields = [...known, ...Object.entries(line.attributes), ...others(line)].filter(
    ([, value]) => value !== '',
  )
  return (
    <div className={styles['details']}>
      {line.message !== line.body && <pre className={styles['line']}>{line.body}</pre>}
      <table className={styles['fields']}>
        <tbody>
          {fields.map(([name, value]) => (
            <Field key={name} name={name} value={value} onFilter={onFilter} />
          ))}
        </tbody>
      </table>
      <p className={styles['actions']}>
        <button
          type="button"
          className={controls['button']}
          aria-pressed={around}
          onClick={() => setAround(!around)}
        >
          {around ? 'Hide the lines around it' : 'Show the lines around it'}
        </button>
        <button type="button" className={controls['button']} onClick={() => void copy(line)}>
          Copy as JSON
        </button>
        <span className={styles['place']}>
          {line.timestamp} ns · {line.source.topic}/{line.source.partition} offset {line.source.offset}, line{' '}
          {line.source.index}
        </span>
      </p>
      {around && <Around id={line.id} />}
    </div>
  )
}

function Field({ name, value, onFilter }: { name: string; value: string; onFilter: OnFilter }) {
  return (
    <tr>
      <td className={styles['filters']}>
        <button type="button" title={`only ${name} = ${value}`} onClick={() => onFilter(name, '=', value)}>
          +
        </button>
        <button
          type="button"
          title={`without ${name} = ${value}`}
          onClick={() => onFilter(name, '!=', value)}
        >
          −
        </button>
      </td>
      <th scope="row">{name}</th>
      <td className={styles['value']}>{value}</td>
    </tr>
  )
}

function Around({ id }: { id: string }) {
  const times = useTimes()
  const { data, error } = useQuery({
    queryKey: ['context', id],
    queryFn: ({ signal }) => getContext(id, signal),
  })
  if (error !== null) return <p role="alert">{error.message}</p>
  if (data === undefined) return <p>Loading…</p>
  return (
    <ol className={styles['around']}>
      {[...data.before, data.line, ...data.after].map(line => (
        <li key={line.id} aria-current={line.id === id}>
          <time>{times.time(toMs(line.timestamp))}</time> {line.message}
        </li>
      ))}
    </ol>
  )
}

/** Resource attributes that are not shown already. */
function others(line: LogLine): [string, string][] {
  return Object.entries(line.resource).filter(
    ([name]) => name !== 'service.name' && name !== 'host.name' && !(name in line.attributes),
  )
}

async function copy(line: LogLine): Promise<void> {
  await navigator.clipboard.writeText(JSON.stringify(line, null, 2))
}
