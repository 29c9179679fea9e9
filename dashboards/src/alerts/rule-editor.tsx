import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import * as z from 'zod/mini'
import { getSeries } from '../api/series.ts'
import { useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { readDuration } from '../ui/duration.ts'
import { formatSpan } from '../ui/format.ts'
import { Note, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { momentsOf, useFixedRange } from '../ui/range.ts'
import { gridOf, spansOf } from './firing-spans.ts'
import { writeMatchers } from './matchers.ts'
import { ruleYaml } from './rule-yaml.ts'
import { SaveRule } from './save-rule.tsx'
import { Timeline } from './timeline.tsx'
import { alertLabels, windowMs } from './trace-rule.ts'

const schema = z.object({
  name: z._default(z.string(), 'ManyErrors'),
  language: z._default(z.enum(['promql', 'logql', 'traceql']), 'logql'),
  expr: z._default(z.string(), ''),
  for: z._default(z.string(), '5m'),
  every: z._default(z.string(), '1m'),
  severity: z._default(z.string(), 'warning'),
  summary: z._default(z.string(), ''),
})
type View = z.infer<typeof schema>

const hints = {
  logql: 'sum by (service) (count_over_time({level="error"}[5m])) > 10',
  traceql: '{ status = error } | rate() by (resource.service.name) > 0.5',
  promql: 'max by (host) (system_filesystem_utilization_ratio) > 0.9',
}

const summaryHints = {
  logql: '{{ $labels.service }}: {{ $value }} errors',
  traceql: '{{ $labels.resource_service_name }}: {{ $value }} errors a second',
  promql: '{{ $labels.host }}: {{ $value }} in use',
}

/** Writes a rule, and shows when it would have fired in the last week. */
export function RuleEditor() {
  const [view, change] = useAddress(schema)
  const [wanted, setWanted] = useState<View>(view)
  const set = (part: Partial<View>) => setWanted({ ...wanted, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change(wanted)
  }
  return (
    <Section>
      <form aria-label="Rule" onSubmit={submit}>
        <Tools>
          <label>
            Name
            <input
              required
              pattern="[a-zA-Z_][a-zA-Z0-9_]*"
              value={wanted.name}
              onChange={event => set({ name: event.target.value })}
            />
          </label>
          <label>
            Over
            <select
              value={wanted.language}
              onChange={event => set({ language: event.target.value as View['language'] })}
            >
              <option value="logql">lines (LogQL)</option>
              <option value="promql">metrics (PromQL)</option>
              <option value="traceql">traces (TraceQL)</option>
            </select>
          </label>
          <label style={{ flex: '1 1 420px' }}>
            Fires where this is there
            <input
              required
              data-focus="query"
              spellCheck={false}
              value={wanted.expr}
              placeholder={hints[wanted.language]}
              onChange={event => set({ expr: event.target.value })}
            />
          </label>
          <label>
            For
            <input
              size={6}
              pattern="(\d+(ms|[smhdw]))*"
              value={wanted.for}
              onChange={event => set({ for: event.target.value })}
            />
          </label>
          <label>
            Every
            <input
              size={6}
              required
              pattern="\d+[smh]"
              value={wanted.every}
              onChange={event => set({ every: event.target.value })}
            />
          </label>
          <label>
            Severity
            <input
              size={10}
              value={wanted.severity}
              onChange={event => set({ severity: event.target.value })}
            />
          </label>
          <label>
            Summary
            <input
              size={40}
              value={wanted.summary}
              placeholder={summaryHints[wanted.language]}
              onChange={event => set({ summary: event.target.value })}
            />
          </label>
          <button type="submit" className={controls['primary']}>
            Try on the last week
          </button>
        </Tools>
      </form>
      {view.expr !== '' && <Tried view={view} />}
    </Section>
  )
}

function Tried({ view }: { view: View }) {
  const { range } = useFixedRange({ start: 'now-7d', end: 'now' })
  const { startMs, endMs } = momentsOf(range)
  const grid = gridOf(range, lookMs(view))
  const { data, error, refetch } = useQuery({
    queryKey: ['try-rule', view.language, view.expr, view.every, range],
    queryFn: ({ signal }) => getSeries(view.language, view.expr, grid, signal),
  })
  const yaml = ruleYaml({ ...view, forText: view.for, interval: view.every })
  if (error !== null) return <Problem error={error} query={view.expr} onRetry={() => void refetch()} />
  if (data === undefined) return <Note>Asking the last week…</Note>
  const rows = data.series
    .map(({ metric, values = [] }) => ({
      name: `{${writeMatchers(view.language === 'traceql' ? alertLabels(metric) : metric)}}`,
      spans: spansOf(values, grid.stepMs, readDuration(view.for) ?? 0),
    }))
    .filter(({ spans }) => spans.length > 0)
  const times = rows.reduce((sum, { spans }) => sum + spans.length, 0)
  return (
    <>
      <p role="status">
        {times === 0
          ? 'It would not have fired in the last week.'
          : `It would have fired in the last week: ${number(times, 'time')}, for ${number(rows.length, 'label set')}.`}
      </p>
      {rows.length > 0 && <Timeline rows={rows} fromMs={startMs} toMs={endMs} />}
      <SaveRule name={view.name} yaml={yaml} />
      <Note>It was looked at every {formatSpan(grid.stepMs)}.</Note>
    </>
  )
}

/** How far apart it is tried: spans are counted over a window, and each is looked at once. */
function lookMs({ language, expr, every }: View): number {
  const everyMs = readDuration(every) ?? 60_000
  return language === 'traceql' ? Math.max(everyMs, windowMs(expr)) : everyMs
}

function number(count: number, of: string): string {
  return `${count} ${of}${count === 1 ? '' : 's'}`
}
