import type { CompletionContext } from '@codemirror/autocomplete'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { BoardPanel } from '../../../../query/index.ts'
import { getMetricNames } from '../../api/metrics.ts'
import { completeLater } from '../../editor/complete-later.ts'
import { completeMetrics } from '../../editor/complete-metrics.ts'
import { QueryField } from '../../editor/query-field.tsx'
import controls from '../../ui/controls.module.css'
import { Tools } from '../../ui/page.tsx'
import styles from './edit.module.css'

type Query = BoardPanel['spec']['queries'][number]
type QueryKind = Query['spec']['plugin']['kind']

const titles: Readonly<Record<QueryKind, string>> = {
  PrometheusTimeSeriesQuery: 'metrics (PromQL)',
  LokiTimeSeriesQuery: 'lines, counted (LogQL)',
  TempoTimeSeriesQuery: 'traces, counted (TraceQL)',
  LokiLogQuery: 'lines (LogQL)',
  TempoTraceQuery: 'traces (TraceQL)',
}
const outer: Readonly<Record<QueryKind, Query['kind']>> = {
  PrometheusTimeSeriesQuery: 'TimeSeriesQuery',
  LokiTimeSeriesQuery: 'TimeSeriesQuery',
  TempoTimeSeriesQuery: 'TimeSeriesQuery',
  LokiLogQuery: 'LogQuery',
  TempoTraceQuery: 'TraceQuery',
}
/** What a kind of panel can show. */
const kindsOf: Partial<Record<BoardPanel['spec']['plugin']['kind'], QueryKind[]>> = {
  LogsTable: ['LokiLogQuery'],
  TracesTable: ['TempoTraceQuery'],
  Markdown: [],
}
const seriesKinds: QueryKind[] = ['PrometheusTimeSeriesQuery', 'LokiTimeSeriesQuery', 'TempoTimeSeriesQuery']

export function queryKindsOf(panel: BoardPanel['spec']['plugin']['kind']): QueryKind[] {
  return kindsOf[panel] ?? seriesKinds
}

export function emptyQuery(kind: QueryKind): Query {
  return { kind: outer[kind], spec: { plugin: { kind, spec: { query: '', seriesNameFormat: '' } } } }
}

interface Properties {
  panel: BoardPanel['spec']['plugin']['kind']
  queries: readonly Query[]
  onChange: (queries: Query[]) => void
  /** Shows what is written. */
  onRun: () => void
}

/** What a panel asks, with completion, and how its series are called. */
export function QueryFields({ panel, queries, onChange, onRun }: Properties) {
  const kinds = queryKindsOf(panel)
  const [first] = kinds
  const set = (i: number, query: Query) => onChange(queries.map((one, j) => (j === i ? query : one)))
  return (
    <>
      {queries.map((query, i) => (
        <QueryFieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: a query is its place
          key={i}
          number={i + 1}
          query={query}
          kinds={kinds}
          onChange={changed => set(i, changed)}
          onRun={onRun}
          onRemove={queries.length > 1 ? () => onChange(queries.filter((_, j) => j !== i)) : undefined}
        />
      ))}
      {first !== undefined && (
        <button
          type="button"
          className={controls['button']}
          onClick={() => onChange([...queries, emptyQuery(first)])}
        >
          Add a query
        </button>
      )}
    </>
  )
}

interface FieldsetProperties {
  number: number
  query: Query
  kinds: readonly QueryKind[]
  onChange: (query: Query) => void
  onRun: () => void
  onRemove: (() => void) | undefined
}

function QueryFieldset({ number, query, kinds, onChange, onRun, onRemove }: FieldsetProperties) {
  const { kind, spec } = query.spec.plugin
  const metrics = useQuery({ queryKey: ['metric-names'], queryFn: getMetricNames })
  const known = useRef(metrics.data?.metrics ?? [])
  known.current = metrics.data?.metrics ?? []
  const completion = useRef((context: CompletionContext) => completeMetrics(context, known.current))
  const set = (part: Partial<typeof spec>) =>
    onChange({ ...query, spec: { plugin: { kind, spec: { ...spec, ...part } } } })
  const isProm = kind === 'PrometheusTimeSeriesQuery'
  const isTrace = kind === 'TempoTimeSeriesQuery' || kind === 'TempoTraceQuery'
  const field = { value: spec.query, label: `Query ${number}`, hint: 'what is shown' }
  return (
    <fieldset className={styles['query']}>
      <legend>Query {number}</legend>
      <div className={styles['text']}>
        {isTrace ? (
          <textarea
            rows={2}
            aria-label={field.label}
            spellCheck={false}
            value={spec.query}
            onChange={event => set({ query: event.target.value })}
            onBlur={onRun}
          />
        ) : (
          <QueryField
            key={kind}
            {...field}
            onChange={text => set({ query: text })}
            onRun={onRun}
            language={isProm ? 'promql' : 'logql'}
            mistake={undefined}
            complete={isProm ? completion.current : completeLater}
          />
        )}
      </div>
      <Tools>
        <label>
          Over
          <select
            value={kind}
            onChange={event => {
              const chosen = event.target.value as QueryKind
              onChange({ kind: outer[chosen], spec: { plugin: { kind: chosen, spec } } })
            }}
          >
            {[...new Set([...kinds, kind])].map(one => (
              <option key={one} value={one}>
                {titles[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Series are called
          <input
            size={24}
            value={spec.seriesNameFormat}
            placeholder="{{service}}"
            onChange={event => set({ seriesNameFormat: event.target.value })}
          />
        </label>
        <label>
          Step at least
          <input
            size={6}
            value={spec.minStep ?? ''}
            placeholder="as fits"
            pattern="(\d+(ms|[smhd]))?"
            onChange={event => set({ minStep: event.target.value || undefined })}
          />
        </label>
        {onRemove !== undefined && (
          <button type="button" className={controls['quiet']} onClick={onRemove}>
            Remove
          </button>
        )}
      </Tools>
    </fieldset>
  )
}
