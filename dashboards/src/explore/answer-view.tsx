import { lazy, Suspense, useEffect } from 'react'
import type { LogsRequest } from '../api/logs.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { Problem } from '../ui/problem.tsx'
import { fixedLink, msOf } from '../ui/range.ts'
import { AnswerLine } from './answer-line.tsx'
import styles from './answer-view.module.css'
import { besideOf, writeBeside } from './beside.ts'
import { Histogram } from './histogram/histogram.tsx'
import { type InSight, useInSight } from './lines/in-sight.ts'
import { Linked } from './lines/linked.tsx'
import type { Showing } from './lines/showing.ts'
import { filterBy, withoutField } from './query/filters.ts'
import { withPattern } from './query/pattern-filter.ts'
import type { Answer } from './use-answer.ts'
import type { ChangeView, View } from './view.ts'
import { ViewBar } from './view-bar.tsx'

// comes while the lines are searched
const loadList = async () => ({ default: (await import('./lines/log-list.tsx')).LogList })
const LogList = lazy(loadList)
const FieldsPanel = lazy(() =>
  import('./fields/fields-panel.tsx').then(module => ({ default: module.FieldsPanel })),
)
const NoLines = lazy(() => import('./no-lines.tsx').then(module => ({ default: module.NoLines })))
const Fixes = lazy(() => import('./query/fixes-list.tsx').then(module => ({ default: module.Fixes })))
const SearchProgress = lazy(() =>
  import('./search-progress.tsx').then(module => ({ default: module.SearchProgress })),
)
const ExportMenu = lazy(() =>
  import('./export/export-menu.tsx').then(module => ({ default: module.ExportMenu })),
)
const Patterns = lazy(() => import('./patterns/patterns.tsx').then(module => ({ default: module.Patterns })))
const Compare = lazy(() => import('./compare/compare.tsx').then(module => ({ default: module.Compare })))
const Explain = lazy(() => import('./explain/explain.tsx').then(module => ({ default: module.Explain })))

interface Properties {
  view: View
  change: ChangeView
  request: LogsRequest
  answer: Answer
  showing: Showing
  onRun: (query: string) => void
  onRange: (start: string, end: string) => void
}

/** What a query answers: its fields beside, when its lines were written, and the lines or another view of them. */
export function AnswerView({ view, change, request, answer, showing, onRun, onRange }: Properties) {
  const { logs, histogram, previous, error, isStopped, stop } = answer
  useEffect(() => {
    // what cannot be loaded is said where it is shown
    loadList().catch(() => undefined)
  }, [])
  const inSight = useInSight()
  const content = { view, change, request, answer, showing, inSight }
  const columns = new Set(showing.columns.map(({ field }) => field))
  const brush = (start: string, end: string) =>
    view.tab === 'compare'
      ? change({ from: start, to: end, against: view.against === 'query' ? 'query' : 'rest' })
      : onRange(start, end)
  const [fromMs, toMs] = [msOf(view.from), msOf(view.to)]
  const chosen =
    view.tab === 'compare' && fromMs !== undefined && toMs !== undefined ? { fromMs, toMs } : undefined
  const compare = (field: string, value: string) => change(comparison(view.query, field, value))
  return (
    <>
      <Suspense fallback={<div className={styles['fields']} />}>
        <FieldsPanel
          request={request}
          enabled={error === null}
          onFilter={showing.onFilter}
          columns={columns}
          onColumn={showing.onColumn}
          chosen={showing.chosen}
          onChosen={showing.onChosen}
          onCompare={compare}
        />
      </Suspense>
      <section className={styles['content']} aria-label="Answer">
        <Suspense>
          <Tools view={view} change={change} request={request} fields={[...columns]} />
          {error !== null && <Problem error={error} query={view.query} onRetry={() => onRun(view.query)} />}
          {error !== null && <Fixes query={view.query} error={error} onRun={onRun} />}
          {logs.isFetching && !logs.isFetchingNextPage && (
            <SearchProgress
              key={request.query + request.start}
              query={view.query}
              hasOlder={logs.isPlaceholderData}
              onStop={stop}
            />
          )}
          {isStopped && error === null && (
            <Stopped hasOlder={logs.lines.length > 0} onAgain={() => void logs.refetch()} />
          )}
          {error === null && (
            <Histogram
              answer={histogram.data}
              previous={previous}
              isStale={histogram.isPlaceholderData}
              inSight={inSight}
              chosen={chosen}
              onBrush={brush}
              onLevel={level => showing.onFilter('level', 'only', level)}
            />
          )}
          {view.tab === 'lines' && error === null && !logs.isPending && (
            <Linked
              logs={logs}
              showing={showing}
              opened={view.line}
              onOpen={line => change({ line }, { replace: true })}
            />
          )}
          {error === null && <Content {...content} />}
          {view.tab === 'lines' && error === null && (
            <AnswerLine
              answer={logs.isPlaceholderData ? undefined : logs.data?.pages[0]}
              loaded={logs.lines.length}
              end={request.end}
            />
          )}
        </Suspense>
      </section>
    </>
  )
}

/** Lines with a value against all others that the query takes. */
function comparison(query: string, field: string, value: string): Partial<View> {
  const baseline = filterBy(withoutField(query, field), field, 'without', value)
  return { query: filterBy(query, field, 'only', value), tab: 'compare', against: 'query', baseline }
}

interface ToolsProperties {
  view: View
  change: ChangeView
  request: LogsRequest
  fields: readonly string[]
}

function Tools({ view, change, request, fields }: ToolsProperties) {
  const beside = besideOf(view.beside)
  return (
    <ViewBar view={view} change={change}>
      <Suspense>
        <ExportMenu request={request} fields={fields} />
      </Suspense>
      <CopyButton text={() => fixedLink(request)}>Share</CopyButton>
      {beside.length < 3 && (
        <button
          type="button"
          className={controls['button']}
          title="Another query beside this one"
          onClick={() => change({ beside: writeBeside([...beside, view.query]) })}
        >
          + Query
        </button>
      )}
    </ViewBar>
  )
}

interface ContentProperties extends Omit<Properties, 'onRun' | 'onRange'> {
  inSight: InSight
}

function Content({ view, change, request, answer, showing, inSight }: ContentProperties) {
  const { logs, isStopped } = answer
  const takePattern = (template: string, isExcluded: boolean) =>
    change({
      query: withPattern(view.query, template, isExcluded),
      ...(isExcluded ? {} : { tab: 'lines' as const }),
    })
  const comparePattern = (template: string) =>
    change({
      query: withPattern(view.query, template, false),
      tab: 'compare',
      against: 'query',
      baseline: withPattern(view.query, template, true),
    })
  if (view.tab === 'lines') {
    if (logs.isPending) return <p className={styles['note']}>{isStopped ? '' : 'Searching…'}</p>
    if (logs.lines.length === 0 && !logs.isPlaceholderData) return <NoLines view={view} />
    return (
      <Suspense fallback={<p className={styles['note']}>Searching…</p>}>
        <LogList
          logs={logs}
          showing={showing}
          opened={view.line}
          onOpen={line => change({ line }, { replace: true })}
          inSight={inSight}
        />
      </Suspense>
    )
  }
  return (
    <Suspense fallback={<p className={styles['note']}>Loading…</p>}>
      {view.tab === 'patterns' && (
        <Patterns request={request} onPattern={takePattern} onCompare={comparePattern} />
      )}
      {view.tab === 'compare' && (
        <Compare
          request={request}
          view={view}
          change={change}
          onFilter={showing.onFilter}
          onPattern={takePattern}
        />
      )}
      {view.tab === 'explain' && <Explain request={request} />}
    </Suspense>
  )
}

function Stopped({ hasOlder, onAgain }: { hasOlder: boolean; onAgain: () => void }) {
  return (
    <p className={styles['note']} role="status">
      Stopped before there was an answer.{hasOlder && ' What you see below is of the search before.'}{' '}
      <button type="button" className={controls['button']} onClick={onAgain}>
        Search again
      </button>
    </p>
  )
}
