import type { ContextAnswer, FacetsAnswer, HistogramAnswer, LogsAnswer } from '../../../query/index.ts'
import { get } from './http.ts'

export interface LogsRequest {
  query: string
  start: string
  end: string
}

export function getLogs(
  request: LogsRequest,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
) {
  return get<LogsAnswer>('/api/logs', { ...request, cursor, limit }, signal)
}

export function getHistogram(request: LogsRequest, signal: AbortSignal) {
  return get<HistogramAnswer>('/api/logs/histogram', { ...request }, signal)
}

export function getFacets(request: LogsRequest & { fields?: string }, signal: AbortSignal) {
  return get<FacetsAnswer>('/api/logs/facets', { ...request }, signal)
}

export function getContext(id: string, signal: AbortSignal) {
  return get<ContextAnswer>('/api/logs/context', { id, before: 8, after: 8 }, signal)
}
