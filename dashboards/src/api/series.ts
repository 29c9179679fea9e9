import type { ApiSeries, Grid } from '../charts/align.ts'
import { get } from './http.ts'

export type QueryLanguage = 'promql' | 'logql' | 'traceql'

interface RangeAnswer {
  data: { result: ApiSeries[] }
  warnings?: string[]
  infos?: string[]
}

/** PromQL, or a metric query of LogQL or TraceQL, at each moment of a grid. */
export async function getSeries(
  language: QueryLanguage,
  query: string,
  { startMs, endMs, stepMs }: Grid,
  signal: AbortSignal,
): Promise<{ series: ApiSeries[]; notes: string[] }> {
  if (language === 'traceql') return await getTraceSeries(query, { startMs, endMs, stepMs }, signal)
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

interface TempoSeries {
  labels: { key: string; value: Record<string, unknown> }[]
  samples: { timestampMs: string; value?: number }[]
}

/** A metric query of TraceQL, in the form of the others. */
async function getTraceSeries(query: string, { startMs, endMs, stepMs }: Grid, signal: AbortSignal) {
  const asked = { q: query, start: startMs / 1000, end: endMs / 1000, step: `${stepMs / 1000}s` }
  const { series } = await get<{ series: TempoSeries[] }>('/tempo/api/metrics/query_range', asked, signal)
  const converted = series.map(
    ({ labels, samples }): ApiSeries => ({
      metric: Object.fromEntries(
        labels.map(({ key, value }) => [key, String(Object.values(value)[0] ?? '')]),
      ),
      // a value is of the step that begins there: one that has not ended would be drawn as a fall
      values: samples
        .filter(({ timestampMs }) => Number(timestampMs) + stepMs <= endMs)
        .map(({ timestampMs, value = 0 }) => [Number(timestampMs) / 1000, String(value)]),
    }),
  )
  return { series: converted, notes: [] }
}

/** The value of an expression of PromQL now, for each of its label sets. */
export async function getInstant(query: string, signal: AbortSignal): Promise<Record<string, string>[]> {
  const answer = await get<{ data: { result: { metric: Record<string, string> }[] } }>(
    '/prometheus/api/v1/query',
    { query },
    signal,
  )
  return answer.data.result.map(({ metric }) => metric)
}

/** Values of a label of streams. */
export async function getStreamLabelValues(
  label: string,
  query: string,
  range: { startMs: number; endMs: number },
  signal: AbortSignal,
): Promise<string[]> {
  const asked = { query: query || undefined, start: range.startMs * 1e6, end: range.endMs * 1e6 }
  const path = `/loki/api/v1/label/${encodeURIComponent(label)}/values`
  return (await get<{ data?: string[] }>(path, asked, signal)).data ?? []
}
