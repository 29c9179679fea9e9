import type {
  OperationsAnswer,
  RedAnswer,
  ServiceGraphAnswer,
  TraceAnswer,
  TraceHistogramAnswer,
  TraceLogsAnswer,
  TraceServicesAnswer,
  TracesAnswer,
} from '../../../query/index.ts'
import type { Range } from '../ui/range.ts'
import { get } from './http.ts'

/** What spans are looked for: in TraceQL, in words, or both. Empty texts are not asked for. */
export interface TracesRequest extends Range {
  query: string
  service: string
  operation: string
  status: string
  minDuration: string
  maxDuration: string
  order?: string
}

/** The longest waterfall that is drawn. */
const maxSpans = 10_000

const given = (request: object) =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== '')) as Record<string, string>

export const getTraces = (request: TracesRequest, limit: number, signal: AbortSignal) =>
  get<TracesAnswer>('/api/traces', { ...given(request), limit }, signal)

export const getDurations = (request: TracesRequest, signal: AbortSignal) =>
  get<TraceHistogramAnswer>('/api/traces/histogram', given({ ...request, order: '' }), signal)

export const getTrace = (id: string, signal: AbortSignal) =>
  get<TraceAnswer>(`/api/traces/${encodeURIComponent(id)}`, { limit: maxSpans }, signal)

export const getTraceLogs = (id: string, span: string, signal: AbortSignal) =>
  get<TraceLogsAnswer>(`/api/traces/${encodeURIComponent(id)}/logs`, { span: span || undefined }, signal)

export const getTraceServices = (range: Range, signal: AbortSignal) =>
  get<TraceServicesAnswer>('/api/traces/services', { ...range }, signal)

export const getOperations = (range: Range, service: string, signal: AbortSignal) =>
  get<OperationsAnswer>('/api/traces/operations', { ...range, service }, signal)

export const getServiceGraph = (range: Range, signal: AbortSignal) =>
  get<ServiceGraphAnswer>('/api/traces/graph', { ...range }, signal)

export const getRed = (
  range: Range,
  by: { service: string; by: 'service' | 'operation' },
  signal: AbortSignal,
) => get<RedAnswer>('/api/traces/red', { ...range, ...given(by) }, signal)
