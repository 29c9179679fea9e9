import type { MetricNamesAnswer, MetricsAnswer } from '../../../query/index.ts'
import { get } from './http.ts'

export interface MetricsRequest {
  /** PromQL. */
  query: string
  start: string
  end: string
  /** As in `15s`; undefined leaves it to the API. */
  step?: string
}

export const getMetricNames = () => get<MetricNamesAnswer>('/api/metrics/names')

export function getMetrics(request: MetricsRequest, signal: AbortSignal) {
  return get<MetricsAnswer>('/api/metrics/query', { ...request }, signal)
}
