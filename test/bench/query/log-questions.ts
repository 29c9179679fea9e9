import { type MetricQuery, parseLogQl, parseLogQuery } from '../../../lib/logql/index.ts'
import { facets } from '../../../query/facets.ts'
import { evaluateLogMetrics } from '../../../query/logql/metrics.ts'
import type { StoreReader } from '../../../query/store-reader.ts'
import { traceById } from '../../../query/traces/trace-by-id.ts'
import { TraceReader } from '../../../query/traces/trace-reader.ts'
import { dayEnd, dayStart } from '../pipeline/lines.ts'

/** A question by HTTP, the same in this process, so that the store's part of it shows, and the milliseconds it may take. */
export interface LogQuestion {
  name: string
  path: string
  parameters: Record<string, string>
  ask?: (reader: StoreReader, tenant: string) => Promise<unknown>
  targetMs: number
}

const [startMs, endMs] = [Date.parse(dayStart), Date.parse(dayEnd)]
const range = { start: `${startMs}000000`, end: `${endMs}000000` }
const [startNs, endNs] = [BigInt(startMs) * 1_000_000n, BigInt(endMs) * 1_000_000n]
const { signal } = new AbortController()
/** Two days in all, of which lines fill one. */
const step = 60
const points = 1_440

export function logQuestions(traceId: string): LogQuestion[] {
  return [
    metric('sum by (service) (rate({service=~".+"} |= "timeout" [1m]))', 250),
    metric('quantile_over_time(0.99, {service=~".+"} | unwrap duration_ms [5m]) by (service)', 1_200),
    {
      name: 'top 10 values of a field',
      path: '/api/logs/facets',
      parameters: { ...range, query: '', fields: 'path', limit: '10' },
      ask: (reader, tenant) =>
        facets(
          reader,
          {
            query: parseLogQuery(''),
            tenant,
            startNs,
            endNs,
            fields: ['path'],
            search: '',
            limit: 10,
            hasStatistics: false,
          },
          signal,
        ),
      targetMs: 300,
    },
    {
      name: '| json | line_format over 100,000 lines',
      path: '/api/logs/export',
      parameters: {
        ...range,
        query: '{service=~".+"} | json | line_format "{{.method}} {{.path}} {{.status}}"',
        limit: '100000',
        format: 'raw',
      },
      targetMs: 1_000,
    },
    {
      name: 'trace by id',
      path: `/api/traces/${traceId}`,
      parameters: {},
      ask: (reader, tenant) =>
        traceById(new TraceReader(reader, tenant, signal, () => false), traceId, 10_000),
      targetMs: 10,
    },
  ]
}

function metric(query: string, targetMs: number): LogQuestion {
  const steps = { startMs: startMs + step * 1000, stepMs: step * 1000, count: points }
  const end = `${steps.startMs + (points - 1) * steps.stepMs}000000`
  return {
    name: query,
    path: '/loki/api/v1/query_range',
    parameters: { query, start: `${steps.startMs}000000`, end, step: String(step) },
    ask: (reader, tenant) =>
      evaluateLogMetrics(reader, tenant, parseLogQl(query) as MetricQuery, steps, signal),
    targetMs,
  }
}
