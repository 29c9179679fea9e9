import { dayMs, startMs } from './series.ts'

/** A question to Prometheus' HTTP API, and to ours of the same form. */
export interface PromQuestion {
  name: string
  path: string
  parameters: Record<string, string>
}

const stepSeconds = 60
const seconds = (ms: number) => String(ms / 1000)

function overTheDay(query: string): PromQuestion {
  // 1,440 steps
  const range = { start: seconds(startMs + stepSeconds * 1000), end: seconds(startMs + dayMs) }
  return { name: query, path: 'query_range', parameters: { query, ...range, step: String(stepSeconds) } }
}

function atNoon(query: string): PromQuestion {
  const time = seconds(startMs + dayMs / 2)
  return { name: `${query}, at one moment`, path: 'query', parameters: { query, time } }
}

function listed(path: string, parameters: Record<string, string> = {}): PromQuestion {
  const range = { start: seconds(startMs), end: seconds(startMs + dayMs) }
  return {
    name: `${path} ${Object.values(parameters).join()}`,
    path,
    parameters: { ...range, ...parameters },
  }
}

/** What dashboards and alerts ask, of a thousand series over a day at 60 s. */
export const promQuestions: readonly PromQuestion[] = [
  overTheDay('sum(rate(requests_total[5m]))'),
  overTheDay('sum by (service) (rate(requests_total[5m]))'),
  overTheDay('topk(10, rate(requests_total[5m]))'),
  overTheDay('histogram_quantile(0.99, sum by (le) (rate(took_seconds_bucket[5m])))'),
  overTheDay('max by (service) (max_over_time(load[1h]))'),
  overTheDay('avg by (service) (load)'),
  overTheDay('load{service="svc-3"}'),
  atNoon('sum by (service) (rate(requests_total[5m]))'),
  atNoon('topk(10, load)'),
  listed('labels'),
  listed('label/instance/values'),
  listed('series', { 'match[]': 'requests_total' }),
]
