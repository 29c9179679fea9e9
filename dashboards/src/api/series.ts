import type { ApiSeries, Grid } from '../charts/align.ts'
import { get } from './http.ts'

export type QueryLanguage = 'promql' | 'logql'

interface RangeAnswer {
  data: { result: ApiSeries[] }
  warnings?: string[]
  infos?: string[]
}

/** PromQL, or a metric query of LogQL, at each moment of a grid. */
export async function getSeries(
  language: QueryLanguage,
  query: string,
  { startMs, endMs, stepMs }: Grid,
  signal: AbortSignal,
): Promise<{ series: ApiSeries[]; notes: string[] }> {
  const path = language === 'promql' ? '/prometheus/api/v1/query_range' : '/loki/api/v1/query_range'
  const asked = { query, start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000 }
  const { data, warnings = [], infos = [] } = await get<RangeAnswer>(path, asked, signal)
  return { series: data.result, notes: [...warnings, ...infos] }
}

export interface Exemplar {
  traceId: string
  value: number
  /** Unix milliseconds. */
  atMs: number
}

/** Observations of which the trace is known. */
export async function getExemplars(query: string, grid: Grid, signal: AbortSignal): Promise<Exemplar[]> {
  const asked = { query, start: grid.startMs / 1000, end: grid.endMs / 1000 }
  const { data } = await get<{
    data: { exemplars: { labels: Record<string, string>; value: string; timestamp: number }[] }[]
  }>('/prometheus/api/v1/query_exemplars', asked, signal)
  return data
    .flatMap(({ exemplars }) => exemplars)
    .map(({ labels, value, timestamp }) => ({
      traceId: labels['trace_id'] ?? labels['traceID'] ?? '',
      value: Number(value),
      atMs: timestamp * 1000,
    }))
    .filter(({ traceId }) => traceId !== '')
}

/** Values of a label, of the series that match. */
export async function getLabelValues(label: string, match: string, signal: AbortSignal): Promise<string[]> {
  const path = `/prometheus/api/v1/label/${encodeURIComponent(label)}/values`
  const answer = await get<{ data: string[] }>(path, { 'match[]': match || undefined }, signal)
  return answer.data
}

export async function getLabelNames(match: string, signal: AbortSignal): Promise<string[]> {
  return (await get<{ data: string[] }>('/prometheus/api/v1/labels', { 'match[]': match }, signal)).data
}
