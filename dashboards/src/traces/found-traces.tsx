import { useState } from 'react'
import type { TracesAnswer } from '../../../query/index.ts'
import { Badge } from '../ui/badge.tsx'
import { Bar } from '../ui/bar.tsx'
import controls from '../ui/controls.module.css'
import { formatDuration, toMs } from '../ui/format.ts'
import { Note } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'
import type { TracesView } from './view.ts'

type Found = TracesAnswer['traces'][number]

interface Properties {
  traces: readonly Found[]
  limit: number
  order: TracesView['order']
  onOrder: (order: TracesView['order']) => void
  stale: boolean
  onOpen: (id: string) => void
  onCompare: (one: string, other: string) => void
}

/** Found traces, the newest or the slowest first; two that are marked can be compared. */
export function FoundTraces({ traces, limit, order, onOrder, stale, onOpen, onCompare }: Properties) {
  const times = useTimes()
  const [marked, setMarked] = useState<readonly string[]>([])
  const mark = (id: string) =>
    setMarked(marked.includes(id) ? marked.filter(other => other !== id) : [...marked, id].slice(-2))
  const longest = Math.max(...traces.map(trace => trace.durationNs))
  const [one, other] = marked
  return (
    <section aria-label="Found traces" aria-busy={stale} style={stale ? { opacity: 0.6 } : undefined}>
      {one !== undefined && (
        <p>
          <button
            type="button"
            className={controls['button']}
            disabled={other === undefined}
            onClick={() => other !== undefined && onCompare(one, other)}
          >
            {other === undefined ? 'Mark another to compare' : 'Compare the two'}
          </button>
        </p>
      )}
      <Table
        label="Traces"
        columns={[markColumn(marked, mark), ...columnsOf(times, longest)]}
        rows={traces}
        keyOf={trace => trace.traceId}
        onOpen={trace => onOpen(trace.traceId)}
      />
      {traces.length >= limit && (
        <Note>
          The {order} {limit} are shown: narrow the search to see others, or look at{' '}
          <button
            type="button"
            className={controls['link']}
            onClick={() => onOrder(order === 'newest' ? 'slowest' : 'newest')}
          >
            the {order === 'newest' ? 'slowest' : 'newest'} of all
          </button>
          .
        </Note>
      )}
    </section>
  )
}

function markColumn(marked: readonly string[], onMark: (id: string) => void): Column<Found> {
  return {
    title: '⇄',
    show: trace => (
      <input
        type="checkbox"
        aria-label={`compare ${trace.rootName}`}
        checked={marked.includes(trace.traceId)}
        onClick={event => event.stopPropagation()}
        onChange={() => onMark(trace.traceId)}
      />
    ),
  }
}

function columnsOf(times: Times, longest: number): Column<Found>[] {
  return [
    {
      title: 'Start',
      show: trace => times.dateTime(toMs(trace.start)),
      sort: trace => Number(trace.start),
      oneLine: true,
    },
    {
      title: 'Trace',
      about: true,
      show: trace => (
        <>
          <strong>{trace.rootService}</strong> {trace.rootName}
          {!trace.hasRoot && ' (its root has not come in)'}
        </>
      ),
      sort: trace => trace.rootService + trace.rootName,
    },
    {
      title: 'Duration',
      show: trace => formatDuration(trace.durationNs),
      sort: trace => trace.durationNs,
      align: 'right',
    },
    {
      title: 'Share of the longest',
      show: trace => (
        <Bar
          share={trace.durationNs / longest}
          label={formatDuration(trace.durationNs)}
          warn={trace.errorCount > 0}
        />
      ),
    },
    { title: 'Spans', show: trace => trace.spanCount, sort: trace => trace.spanCount, align: 'right' },
    {
      title: 'Errors',
      show: trace => (trace.errorCount === 0 ? '' : <Badge tone="bad">{String(trace.errorCount)}</Badge>),
      sort: trace => trace.errorCount,
      align: 'right',
    },
    { title: 'Services', show: trace => trace.services.map(({ service }) => service).join(', ') },
  ]
}
