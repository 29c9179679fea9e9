import { rootOf, type Span, Trace } from '../../../lib/traceql/index.ts'
import { criticalPath } from '../../traces/critical-path.ts'
import type { FoundTrace } from '../../traces/search.ts'
import type { TraceSummary } from '../../traces/summaries.ts'
import type { TraceAnswer, TraceSpan, TracesAnswer } from './schemas.ts'

/** A trace as the native API shows it: spans depth first, and its critical path. `spanCount` may be more than are here. */
export function toTrace(spans: readonly Span[], spanCount: number): Omit<TraceAnswer, Frame> {
  const trace = new Trace(spans)
  const root = rootOf(trace.tops)
  const path = root === undefined ? [] : criticalPath(trace, root)
  return {
    ...toSummary(summaryOf(trace, spanCount)),
    spans: trace.inOrder().map(({ span, depth }) => toSpan(span, depth)),
    criticalPath: path.map(({ spanId, startNs, endNs }) => ({
      spanId,
      start: String(startNs),
      durationNs: Number(endNs - startNs),
    })),
  }
}

type Frame = 'completeTo' | 'missingHosts' | 'cost' | 'warnings'

function summaryOf({ spans, facts }: Trace, spanCount: number): TraceSummary {
  const [first] = spans
  const byService = Map.groupBy(spans, ({ service }) => service)
  return {
    traceId: first?.traceId ?? '',
    rootService: facts.rootService,
    rootName: facts.rootName,
    hasRoot: spans.some(({ parentSpanId }) => parentSpanId === ''),
    startNs: first?.startNs ?? 0n,
    durationNs: facts.durationNs,
    spanCount,
    errorCount: errorsOf(spans),
    services: [...byService].map(([service, some]) => ({
      service,
      spans: some.length,
      errors: errorsOf(some),
    })),
  }
}

function errorsOf(spans: readonly Span[]): number {
  return spans.filter(({ status }) => status === 'error').length
}

function toSummary({ startNs, ...rest }: TraceSummary) {
  return { ...rest, start: String(startNs) }
}

function toSpan(span: Span, depth: number): TraceSpan {
  const { startNs, scopeName, scopeVersion, scopeAttributes, events, links, ...rest } = span
  return {
    ...rest,
    start: String(startNs),
    depth,
    scope: { name: scopeName, version: scopeVersion, attributes: scopeAttributes },
    events: events.map(({ timeNs, name, attributes }) => ({ time: String(timeNs), name, attributes })),
    links: [...links],
  }
}

/** A trace in a list, with the spans that were found and, of each, what the query asks for. */
export function toFound({ summary, sets }: FoundTrace): TracesAnswer['traces'][number] {
  return {
    ...toSummary(summary),
    matched: sets.reduce((sum, { matched }) => sum + matched, 0),
    spans: sets.flatMap(({ spans }) =>
      spans.map(({ span, fields }) => ({
        spanId: span.spanId,
        service: span.service,
        name: span.name,
        start: String(span.startNs),
        durationNs: span.durationNs,
        status: span.status,
        fields: Object.fromEntries(fields),
      })),
    ),
  }
}
