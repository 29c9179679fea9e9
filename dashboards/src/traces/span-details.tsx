import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { TraceAnswer, TraceSpan } from '../../../query/index.ts'
import { getTraceLogs } from '../api/traces.ts'
import { withoutAnsi } from '../explore/text/ansi.ts'
import { visible } from '../explore/text/visible.ts'
import { levelColour } from '../levels.ts'
import { Badge } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatDuration, toMs } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { useTimes } from '../ui/times.ts'
import styles from './span-details.module.css'

interface Properties {
  span: TraceSpan
  trace: TraceAnswer
  onClose: () => void
}

/** All that is known of a span: attributes, events, links, and the lines that were written in it. */
export function SpanDetails({ span, trace, onClose }: Properties) {
  const after = Number(BigInt(span.start) - BigInt(trace.start))
  return (
    <aside className={styles['details']} aria-label="Span">
      <header className={styles['header']}>
        <h2>
          {span.service}: {span.name}
        </h2>
        <button type="button" className={controls['quiet']} aria-label="Close the span" onClick={onClose}>
          ✕
        </button>
      </header>
      <p className={styles['facts']}>
        <strong>{formatDuration(span.durationNs)}</strong>
        <span>after {formatDuration(after)}</span>
        <span>{span.kind}</span>
        {span.status !== 'unset' && (
          <Badge tone={span.status === 'error' ? 'bad' : 'good'}>{span.status}</Badge>
        )}
        <CopyButton quiet text={() => JSON.stringify(span, null, 2)}>
          Copy as JSON
        </CopyButton>
      </p>
      {span.statusMessage !== '' && <p className={styles['message']}>{span.statusMessage}</p>}
      <Pairs title="Attributes" pairs={span.attributes} />
      <Pairs title="Resource" pairs={span.resource} />
      <Pairs title="Scope" pairs={span.scope.attributes} />
      <Events span={span} />
      <Links span={span} />
      <Lines trace={trace} span={span} />
      <p className={styles['id']}>
        span {span.spanId} · {span.scope.name} {span.scope.version}
      </p>
    </aside>
  )
}

function Pairs({ title, pairs }: { title: string; pairs: Readonly<Record<string, string>> }) {
  const entries = Object.entries(pairs)
  if (entries.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl className={styles['pairs']}>
        {entries.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Events({ span }: { span: TraceSpan }) {
  if (span.events.length === 0) return null
  return (
    <section>
      <h3>Events</h3>
      {span.events.map(event => (
        <details key={event.time + event.name}>
          <summary>
            {event.name}{' '}
            <small>after {formatDuration(Number(BigInt(event.time) - BigInt(span.start)))}</small>
          </summary>
          <Pairs title="" pairs={event.attributes} />
        </details>
      ))}
    </section>
  )
}

function Links({ span }: { span: TraceSpan }) {
  if (span.links.length === 0) return null
  return (
    <section>
      <h3>Links</h3>
      <ul>
        {span.links.map(link => (
          <li key={link.spanId}>
            <Link href={`/traces/${link.traceId}?span=${link.spanId}`}>
              trace {link.traceId.slice(0, 8)}, span {link.spanId}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Lines({ trace, span }: { trace: TraceAnswer; span: TraceSpan }) {
  const times = useTimes()
  const { data, error } = useQuery({
    queryKey: ['trace-logs', trace.traceId, span.spanId],
    queryFn: ({ signal }) => getTraceLogs(trace.traceId, span.spanId, signal),
  })
  const all = new URLSearchParams({
    query: `{trace_id="${trace.traceId}"}`,
    start: String(toMs(trace.start) - 60_000),
    end: String(toMs(trace.start) + Math.ceil(trace.durationNs / 1e6) + 60_000),
  })
  return (
    <section>
      <h3>Lines</h3>
      {error !== null && <p role="alert">{error.message}</p>}
      {data === undefined && error === null && <Loading what="its lines" />}
      {data?.logs.length === 0 && <p className={styles['none']}>No line names this span.</p>}
      <ul className={styles['lines']}>
        {data?.logs.map(line => (
          <li key={line.id} style={{ borderLeftColor: levelColour(line.level) }}>
            <time>{times.time(toMs(line.timestamp))}</time> {visible(withoutAnsi(line.message || line.body))}
          </li>
        ))}
      </ul>
      <Link href={`/explore?${all}`}>All lines of this trace</Link>
    </section>
  )
}
