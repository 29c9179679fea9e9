import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ExplainAnswer } from '../../../../query/index.ts'
import type { LogsRequest } from '../../api/logs.ts'
import { getExplanation } from '../../api/patterns.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { countOf } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import styles from './explain.module.css'

const kinds = {
  search: 'the lines',
  histogram: 'the bars',
  facets: 'the fields',
  patterns: 'the patterns',
} as const

/** How the store would be asked, and what it would read; nothing is read. */
export function Explain({ request }: { request: LogsRequest }) {
  const [of, setOf] = useState<ExplainAnswer['of']>('search')
  const { data, error, refetch } = useQuery({
    queryKey: ['explain', request, of],
    queryFn: ({ signal }) => getExplanation(request, of, signal),
  })
  return (
    <div className={styles['explain']}>
      <label>
        What is asked of the store for{' '}
        <select value={of} onChange={event => setOf(event.target.value as ExplainAnswer['of'])}>
          {Object.entries(kinds).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {error !== null && <Problem error={error} query={request.query} onRetry={() => void refetch()} />}
      {data?.statements.map((statement, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a statement is its place in the order
        <Statement key={i} {...statement} />
      ))}
    </div>
  )
}

function Statement({
  sql,
  parameters,
  rollup,
  tables,
  indexes,
  estimate,
}: ExplainAnswer['statements'][number]) {
  return (
    <section className={styles['statement']}>
      <p>
        Reads about {countOf(estimate.rows, 'row')} of{' '}
        {rollup === null ? tables.join(', ') : `${rollup}, which is counted in advance`}.
      </p>
      {indexes.length > 0 && (
        <ul>
          {indexes.map(index => (
            <li key={index.table + index.type + index.name}>
              {index.name === '' ? index.type : `${index.type} ${index.name}`} leaves {index.granules} blocks
              of {index.table}
            </li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keyboard */}
      <section tabIndex={0} aria-label="SQL" className={styles['sql']}>
        <pre>{sql}</pre>
      </section>
      <CopyButton text={sql}>Copy SQL</CopyButton>
      <details>
        <summary>{countOf(Object.keys(parameters).length, 'parameter')}</summary>
        <dl>
          {Object.entries(parameters).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? value : value.join(', ')}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}
