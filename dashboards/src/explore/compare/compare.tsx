import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CompareAnswer } from '../../../../query/index.ts'
import type { LogsRequest } from '../../api/logs.ts'
import { type Baseline, getComparison } from '../../api/patterns.ts'
import { countOf, formatCount, formatSpan, toMs } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import { msOf } from '../../ui/range.ts'
import { useTimes } from '../../ui/times.ts'
import type { OnFilter } from '../query/filters.ts'
import type { ChangeView, View } from '../view.ts'
import styles from './compare.module.css'
import { Difference } from './difference.tsx'

interface Properties {
  request: LogsRequest
  view: View
  change: ChangeView
  onFilter: OnFilter
  onPattern: (template: string, isExcluded: boolean) => void
}

const shownValues = 6

/** What tells the lines of a query from others: the fields that differ most first. */
export function Compare({ request, view, change, onFilter, onPattern }: Properties) {
  const { selection, baseline } = sidesOf(request, view)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['compare', selection, baseline],
    queryFn: ({ signal }) => getComparison(selection, baseline, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <div className={styles['compare']}>
      <Against view={view} change={change} />
      {error !== null && <Problem error={error} query={request.query} onRetry={() => void refetch()} />}
      {isPlaceholderData && (
        <p className={styles['note']}>Comparing anew; what you see is of the comparison before.</p>
      )}
      {data === undefined ? (
        error === null && <p className={styles['note']}>Comparing…</p>
      ) : (
        <Answer answer={data} onFilter={onFilter} onPattern={onPattern} />
      )}
    </div>
  )
}

function sidesOf(request: LogsRequest, view: View): { selection: LogsRequest; baseline: Baseline } {
  const part = msOf(view.from) === undefined ? request : { ...request, start: view.from, end: view.to }
  if (view.against === 'query') return { selection: part, baseline: { baselineQuery: view.baseline } }
  if (view.against === 'rest' && part !== request)
    return { selection: part, baseline: { baselineStart: request.start, baselineEnd: request.end } }
  if (view.against === 'rest') return { selection: part, baseline: { baselineQuery: '' } }
  return { selection: part, baseline: {} }
}

function Against({ view, change }: { view: View; change: ChangeView }) {
  const times = useTimes()
  const [from, to] = [msOf(view.from), msOf(view.to)]
  const isPart = from !== undefined && to !== undefined
  return (
    <div className={styles['against']}>
      <span>
        {isPart
          ? `The lines from ${times.dateTime(from)} to ${times.dateTime(to)}`
          : 'The lines of this query'}{' '}
        against
      </span>
      <select
        aria-label="Against"
        value={view.against}
        onChange={event => change({ against: event.target.value as View['against'] })}
      >
        <option value="before">the same over the time just before</option>
        <option value="rest">{isPart ? 'the whole range' : 'all lines of the same time'}</option>
        <option value="query">another query</option>
      </select>
      {view.against === 'query' && (
        <input
          aria-label="The other query"
          value={view.baseline}
          onChange={event => change({ baseline: event.target.value }, { replace: true })}
        />
      )}
      {isPart && (
        <button type="button" onClick={() => change({ from: '', to: '' })}>
          Take the whole range
        </button>
      )}
      <span className={styles['hint']}>Drag over the bars above to choose a part of the time.</span>
    </div>
  )
}

interface AnswerProperties {
  answer: CompareAnswer
  onFilter: OnFilter
  onPattern: (template: string, isExcluded: boolean) => void
}

function Answer({ answer, onFilter, onPattern }: AnswerProperties) {
  const { selection, baseline, fields, patterns } = answer
  if (selection.lines === 0 || baseline.lines === 0)
    return (
      <p className={styles['note']}>
        {selection.lines === 0 ? 'No line of this query' : 'No line to compare with'} in this time, so there
        is nothing to hold against each other: choose another time or query.
      </p>
    )
  return (
    <>
      <p className={styles['legend']}>
        <span>
          <i className={styles['selection']} /> {side(selection)}
        </span>
        <span>
          <i className={styles['baseline']} /> {side(baseline)}
        </span>
      </p>
      <div className={styles['fields']}>
        {patterns.length > 0 && (
          <section className={styles['says']}>
            <h2>What they say</h2>
            {patterns.slice(0, shownValues).map(({ template, ...difference }) => (
              <Difference
                key={template}
                text={template}
                difference={difference}
                onClick={() => onPattern(template, false)}
              />
            ))}
          </section>
        )}
        {fields.filter(isNoAlias).map(({ field, score, values }) => (
          <section key={field} aria-label={`${field} differs`}>
            <h2>
              {field} <span>{Math.round(score * 100)} % different</span>
            </h2>
            {values.slice(0, shownValues).map(({ value, ...difference }) => (
              <Difference
                key={value}
                text={value}
                difference={difference}
                onClick={() => onFilter(field, 'only', value)}
              />
            ))}
          </section>
        ))}
      </div>
    </>
  )
}

/** The same is said of `service` and `host`. */
function isNoAlias({ field }: { field: string }): boolean {
  return field !== 'service.name' && field !== 'host.name'
}

function side({ lines, sampled, start, end }: CompareAnswer['selection']): string {
  const span = formatSpan(toMs(end) - toMs(start))
  const looked = sampled < lines ? `, ${formatCount(sampled)} of them looked at` : ''
  return `${countOf(lines, 'line')} in ${span}${looked}`
}
