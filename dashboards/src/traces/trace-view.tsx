import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import * as z from 'zod/mini'
import type { TraceAnswer } from '../../../query/index.ts'
import { getTrace } from '../api/traces.ts'
import { useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { countOf, formatDuration, toMs } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Page } from '../ui/page.tsx'
import { palette } from '../ui/palette.ts'
import { Problem } from '../ui/problem.tsx'
import { useTimes } from '../ui/times.ts'
import { Comparison } from './comparison.tsx'
import { SpanDetails } from './span-details.tsx'
import styles from './trace-view.module.css'
import { coloursOf, foldedAt, rowsOf } from './waterfall.ts'
import { Waterfall } from './waterfall-list.tsx'
import { addressOfTraces } from './way-back.ts'

const schema = z.object({
  span: z._default(z.string(), ''),
  with: z._default(z.string(), ''),
})

/** One trace: what took how long, and what is known of each span. */
export function TraceView({ id }: { id: string }) {
  const [view, change] = useAddress(schema)
  const trace = useQuery({ queryKey: ['trace', id], queryFn: ({ signal }) => getTrace(id, signal) })
  const { data } = trace
  const title = data === undefined ? `Trace ${id.slice(0, 8)}` : `${data.rootService}: ${data.rootName}`
  const bar = (
    <>
      <Link href={addressOfTraces()} className={controls['link'] ?? ''}>
        All traces
      </Link>
      {data !== undefined && (
        <Link href={linesAddress(data)} className={controls['link'] ?? ''}>
          Its lines
        </Link>
      )}
      <CopyButton quiet text={id}>
        Copy the id
      </CopyButton>
    </>
  )
  return (
    <Page title={title} bar={bar}>
      {trace.isPending && <Loading what="the trace" />}
      {trace.error !== null && <Problem error={trace.error} onRetry={() => void trace.refetch()} />}
      {data !== undefined && (
        <>
          <Summary trace={data} />
          {view.with !== '' && (
            <Comparison trace={data} other={view.with} onClose={() => change({ with: '' })} />
          )}
          <Spans trace={data} chosen={view.span} onChoose={span => change({ span }, { replace: true })} />
        </>
      )}
    </Page>
  )
}

const aroundMs = 60_000

/** Explore with what was written in a trace, a minute before and after it included. */
function linesAddress({ traceId, start, durationNs }: TraceAnswer): string {
  const startMs = Math.floor(toMs(start)) - aroundMs
  const endMs = Math.ceil(toMs(start) + durationNs / 1e6) + aroundMs
  const query = `{} | trace_id="${traceId}"`
  return `/explore?${new URLSearchParams({ query, start: String(startMs), end: String(endMs) })}`
}

function Summary({ trace }: { trace: TraceAnswer }) {
  const times = useTimes()
  const { start, durationNs, spanCount, errorCount, services, warnings, hasRoot } = trace
  return (
    <div className={styles['summary']}>
      <span>{times.exact(toMs(start))}</span>
      <strong>{formatDuration(durationNs)}</strong>
      <span>
        {countOf(spanCount, 'span')} in {countOf(services.length, 'service')}
      </span>
      {errorCount > 0 && <span className={styles['errors']}>{countOf(errorCount, 'error')}</span>}
      {!hasRoot && <span className={styles['warning']}>its root has not come in</span>}
      {warnings.map(warning => (
        <span key={warning} className={styles['warning']}>
          {warning}
        </span>
      ))}
    </div>
  )
}

interface SpansProperties {
  trace: TraceAnswer
  chosen: string
  onChoose: (span: string) => void
}

function Spans({ trace, chosen, onChoose }: SpansProperties) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [sought, setSought] = useState('')
  const rows = rowsOf(trace, folded, sought)
  const colours = coloursOf(
    trace.services.map(({ service }) => service),
    palette,
  )
  const span = trace.spans.find(({ spanId }) => spanId === chosen)
  const fold = (spanId: string) => {
    const next = new Set(folded)
    if (!next.delete(spanId)) next.add(spanId)
    setFolded(next)
  }
  return (
    <div className={styles['body']}>
      <section className={styles['spans']} aria-label="Spans">
        <div className={styles['tools']}>
          <input
            type="search"
            data-focus="query"
            aria-label="Find spans"
            placeholder="service, name or attribute"
            size={26}
            value={sought}
            onChange={event => setSought(event.target.value)}
          />
          <button type="button" className={controls['quiet']} onClick={() => setFolded(new Set())}>
            Unfold all
          </button>
          <button
            type="button"
            className={controls['quiet']}
            onClick={() => setFolded(foldedAt(trace.spans, 1))}
          >
            Fold
          </button>
          <Legend colours={colours} />
        </div>
        <Waterfall
          rows={rows}
          durationNs={trace.durationNs}
          colours={colours}
          chosen={chosen}
          onChoose={onChoose}
          onFold={fold}
        />
        {rows.length === 0 && <Note>No span has this text.</Note>}
      </section>
      {span !== undefined && (
        <SpanDetails key={span.spanId} span={span} trace={trace} onClose={() => onChoose('')} />
      )}
    </div>
  )
}

function Legend({ colours }: { colours: ReadonlyMap<string, string> }) {
  return (
    <ul className={styles['legend']} aria-label="Services">
      {[...colours].map(([service, colour]) => (
        <li key={service}>
          <i style={{ background: colour }} />
          {service}
        </li>
      ))}
      <li>
        <i className={styles['critical']} />
        critical path
      </li>
    </ul>
  )
}
