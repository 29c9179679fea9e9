import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { LogsRequest } from '../../api/logs.ts'
import { getPatterns } from '../../api/patterns.ts'
import { Badge } from '../../ui/badge.tsx'
import { countOf, formatCount } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import { msOf } from '../../ui/range.ts'
import { Sparkline } from '../../ui/sparkline.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { previousRange } from '../histogram/previous.ts'
import { changesOf, type PatternRow } from './changes.ts'
import styles from './patterns.module.css'

interface Properties {
  request: LogsRequest
  /** Takes lines of a template alone, or leaves them out. */
  onPattern: (template: string, isExcluded: boolean) => void
  /** Holds lines of a template against all others. */
  onCompare: (template: string) => void
}

const most = 200

/** What the lines say, with masks where they differ: how often, when, and what changed against the time before. */
export function Patterns({ request, onPattern, onCompare }: Properties) {
  const before = previousRange(request)
  const now = usePatterns(request, true)
  const earlier = usePatterns({ ...request, ...before }, before !== undefined)
  const range = { startMs: msOf(request.start) ?? 0, endMs: msOf(request.end) ?? 0 }
  const { startMs, endMs } = range
  const rows = useMemo(
    () => (now.data === undefined ? [] : changesOf(now.data, earlier.data, { startMs, endMs })),
    [now.data, earlier.data, startMs, endMs],
  )
  if (now.error !== null)
    return <Problem error={now.error} query={request.query} onRetry={() => void now.refetch()} />
  if (now.data === undefined) return <p className={styles['note']}>Looking for patterns…</p>
  if (rows.length === 0)
    return <p className={styles['note']}>No line in this range, so no patterns: take a longer range.</p>
  const fresh = rows.filter(({ state }) => state === 'new').length
  const gone = rows.filter(({ state }) => state === 'gone').length
  return (
    <div className={styles['patterns']}>
      <p className={styles['note']}>
        {countOf(rows.length - gone, 'pattern')}
        {describeBefore(earlier.data?.patterns.length, fresh, gone)}
        {now.isPlaceholderData && '; of the search before, looking anew…'}
        {now.data.warnings.map(warning => `; ${warning}`)}
      </p>
      <Table
        label="Patterns"
        columns={columnsOf(onPattern, onCompare)}
        rows={rows}
        keyOf={row => row.template}
        onOpen={row => onPattern(row.template, false)}
      />
    </div>
  )
}

function describeBefore(before: number | undefined, fresh: number, gone: number): string {
  if (before === undefined) return ''
  return before === 0
    ? '; no lines in the period before'
    : `; against the period before ${fresh} new, ${gone} gone`
}

function usePatterns(request: LogsRequest, enabled: boolean) {
  return useQuery({
    queryKey: ['patterns', request],
    queryFn: ({ signal }) => getPatterns(request, most, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
}

function columnsOf(
  onPattern: Properties['onPattern'],
  onCompare: Properties['onCompare'],
): Column<PatternRow>[] {
  return [
    { title: 'Lines', align: 'right', show: row => formatCount(row.count), sort: row => row.count },
    {
      title: 'Before',
      align: 'right',
      show: row => (row.state === undefined ? '' : formatCount(row.before)),
      sort: row => row.before,
    },
    { title: 'Change', show: row => <Change row={row} />, sort: row => changeOf(row) },
    {
      title: 'Over time',
      show: row => <Sparkline values={row.course} label={`${countOf(row.count, 'line')} over time`} />,
    },
    {
      title: 'Pattern',
      show: row => <Template text={row.template} />,
      sort: row => row.template,
      about: true,
    },
    {
      title: 'Filter',
      show: row => (
        <span className={styles['ways']}>
          <Way sign="−" text={`without ${row.template}`} onClick={() => onPattern(row.template, true)} />
          <Way
            sign="≠"
            text={`what tells ${row.template} from all other lines`}
            onClick={() => onCompare(row.template)}
          />
        </span>
      ),
    },
  ]
}

function Way({ sign, text, onClick }: { sign: string; text: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={text}
      title={text}
      onClick={event => {
        event.stopPropagation()
        onClick()
      }}
    >
      {sign}
    </button>
  )
}

function changeOf({ count, before, state }: PatternRow): number {
  return state === 'new' ? 1e9 + count : state === 'gone' ? -1 : before === 0 ? 1 : count / before
}

function Change({ row }: { row: PatternRow }) {
  if (row.state === undefined) return null
  if (row.state === 'new') return <Badge tone="warn">new</Badge>
  if (row.state === 'gone') return <Badge tone="plain">gone</Badge>
  const factor = row.count / row.before
  if (factor > 0.67 && factor < 1.5) return '≈'
  return factor > 1 ? `×${Number(factor.toPrecision(2))}` : `÷${Number((1 / factor).toPrecision(2))}`
}

function Template({ text }: { text: string }) {
  return (
    <code className={styles['template']}>
      {text
        .slice(0, 600)
        .split(/(<(?:\*|[a-z][a-z0-9_-]*)>)/)
        .map((part, i) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the template
          i % 2 === 1 ? <i key={i}>{part}</i> : part,
        )}
    </code>
  )
}
