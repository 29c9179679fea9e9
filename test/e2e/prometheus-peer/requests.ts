import { readFileSync } from 'node:fs'
import type { Request } from './compare.ts'

type Parameters = Request['parameters']
const hourMs = 3_600_000

/** Everything that both are asked, by kind: queries stand in files, one in a line. */
export function requests(zeroMs: number): Record<string, Request[]> {
  const seconds = (ms: number) => String((zeroMs + ms) / 1000)
  const range = { start: seconds(0), end: seconds(hourMs), step: '75' }
  const at = seconds(hourMs / 2 + 7_000)
  const queries = (kind: string) => queriesOf(kind).map(query => query.replaceAll('ZERO', seconds(0)))
  const asInstant = (query: string) => ({ path: 'query', parameters: { query, time: at } })
  const asRange = (query: string) => ({ path: 'query_range', parameters: { ...range, query } })
  const everyQuery = ['selectors', 'functions', 'operators', 'histograms', 'durations'].flatMap(queries)
  return {
    ...Object.fromEntries(
      ['selectors', 'functions', 'operators', 'histograms', 'durations', 'refused'].flatMap(kind => [
        [`${kind} at one moment`, queries(kind).map(asInstant)],
        [`${kind} over a range`, queries(kind).map(asRange)],
      ]),
    ),
    'queries formatted': [...everyQuery, ...queries('refused')].map(query => ({
      path: 'format_query',
      parameters: { query },
    })),
    'queries parsed': [...everyQuery, ...queries('refused')].map(query => ({
      path: 'parse_query',
      parameters: { query },
    })),
    parameters: [...parameterRequests(zeroMs)],
    listings: [...listings(zeroMs)],
  }
}

/** What Prometheus refuses or answers in another way, and is answered here. */
export function widerRequests(zeroMs: number): Request[] {
  const time = String((zeroMs + hourMs / 2) / 1000)
  return queriesOf('wider').map(query => ({ path: 'query', parameters: { query, time } }))
}

function* parameterRequests(zeroMs: number): Generator<Request> {
  const [start, end] = [String(zeroMs / 1000), String((zeroMs + hourMs) / 1000)]
  const query = 'sum by (job) (rate(requests_total[5m]))'
  const instant: Record<string, string>[] = [
    {},
    { time: '' },
    { time: end },
    { time: `${end}.5` },
    { time: `${end}.123456789` },
    { time: new Date(zeroMs + hourMs).toISOString() },
    { time: 'x' },
    { time: 'now' },
    { time: '1e9' },
    { time: `${zeroMs}` },
    { time: '-1' },
    { time: '2026-11-29' },
    { time: end, timeout: '1s' },
    { time: end, timeout: 'x' },
    { time: end, timeout: '0' },
    { time: end, timeout: '-1s' },
    { time: end, limit: '1' },
    { time: end, limit: '0' },
    { time: end, limit: '-1' },
    { time: end, limit: 'x' },
    { time: end, limit: '1.5' },
    { time: end, limit: '2' },
    { time: end, lookback_delta: '1s' },
    { time: end, lookback_delta: 'x' },
    { time: end, lookback_delta: '-5' },
    { time: end, lookback_delta: '0' },
  ]
  for (const one of instant) yield { path: 'query', parameters: { query, ...one } }
  yield {
    path: 'query',
    parameters: { query: 'sparse', time: String(zeroMs / 1000 + 100), lookback_delta: '30s' },
  }
  yield {
    path: 'query',
    parameters: { query: 'sparse', time: String(zeroMs / 1000 + 620), lookback_delta: '400' },
  }
  yield { path: 'query', parameters: { query: '' } }
  yield { path: 'query', parameters: { time: end } }
  yield { path: 'query', parameters: { query, time: end }, method: 'POST' }
  yield { path: 'query', parameters: { query, time: end }, method: 'PUT' }
  const ranges: Record<string, string>[] = [
    { step: '60' },
    { step: '1m' },
    { step: '1m30s' },
    { step: '0.5', end: String(zeroMs / 1000 + 10) },
    { step: '1500ms' },
    { step: '1d' },
    { step: '1w' },
    { step: '0' },
    { step: '-1' },
    { step: '0s' },
    { step: 'x' },
    { step: '' },
    { step: '1.5m' },
    { step: '1e2' },
    { step: 'Inf' },
    { step: 'NaN' },
    { step: '0.1' },
    { step: '0.0001' },
    { step: '1' },
    { start: end, end: start, step: '60' },
    { start: '', step: '60' },
    { end: '', step: '60' },
    { start: 'x', step: '60' },
    { end: 'x', step: '60' },
    { start: end, step: '60' },
    { step: '60', limit: '1' },
    { step: '60', limit: 'x' },
    { step: '60', timeout: 'x' },
    { step: '60', lookback_delta: '1m' },
    { step: '60', query: '' },
    { step: '60', query: 'requests_total[5m]' },
    { step: '60', query: '"text"' },
    { step: '60', query: '7' },
    { step: '60', query: 'time()' },
    { step: '60', query: 'sparse', lookback_delta: '1m' },
    { step: '60', query: 'level', limit: '3' },
  ]
  for (const one of ranges) yield { path: 'query_range', parameters: { query, start, end, ...one } }
  yield { path: 'query_range', parameters: { query, start, end, step: '60' }, method: 'POST' }
  for (const selector of [
    'requests_total',
    'requests_total{code="500"}',
    'nosuch',
    'sum(rate(requests_total[5m]))',
    'x{',
    '',
    'requests_total + memory_bytes',
  ])
    for (const more of [
      {},
      { start, end },
      { start: end, end: start },
      { start: 'x' },
      { start, end: String(zeroMs / 1000 + 600) },
    ])
      yield { path: 'query_exemplars', parameters: { query: selector, ...more } }
}

function* listings(zeroMs: number): Generator<Request> {
  const [start, end] = [String(zeroMs / 1000), String((zeroMs + hourMs) / 1000)]
  const sets: [string, string][][] = [
    [],
    [['match[]', 'requests_total']],
    [['match[]', '{job="odd"}']],
    [
      ['match[]', 'requests_total{code=~"4.*"}'],
      ['match[]', 'up'],
    ],
    [['match[]', '{__name__=~"memory.*", instance!="a:1"}']],
    [['match[]', '{"http.server.requests"}']],
    [['match[]', '{"service.name"=~".+"}']],
    [['match[]', 'nosuch']],
    [['match[]', '{x']],
    [['match[]', '']],
    [['match[]', '{}']],
    [['match[]', '{job=""}']],
    [['match[]', '{job=~".*"}']],
    [['match[]', 'rate(up[5m])']],
    [['match[]', 'up[5m]']],
    [
      ['match[]', '{__name__!=""}'],
      ['limit', '5'],
    ],
    [
      ['match[]', '{job!="api"}'],
      ['limit', '3'],
    ],
    [
      ['match[]', 'up'],
      ['limit', 'x'],
    ],
    [
      ['match[]', 'up'],
      ['limit', '-1'],
    ],
    [
      ['match[]', 'up'],
      ['limit', '3'],
    ],
    [
      ['match[]', 'up'],
      ['start', start],
      ['end', end],
    ],
    [
      ['match[]', 'up'],
      ['start', end],
      ['end', start],
    ],
    [
      ['match[]', 'up'],
      ['start', 'x'],
    ],
    [
      ['match[]', 'up'],
      ['end', 'x'],
    ],
    [
      ['match[]', 'up'],
      ['start', '1'],
      ['end', '2'],
    ],
    [['limit', '4']],
    [
      ['start', '1'],
      ['end', '2'],
    ],
  ]
  const paths = [
    'series',
    'labels',
    'label/job/values',
    'label/__name__/values',
    'label/nosuch/values',
    'label/service.name/values',
    'label/U__service_2e_name/values',
    'label/größe/values',
    'label/le/values',
  ]
  for (const path of paths) for (const parameters of sets) yield { path, parameters }
  for (const path of ['series', 'labels']) yield { path, parameters: [['match[]', 'up']], method: 'POST' }
  yield { path: 'label/job/values', parameters: [], method: 'POST' }
  yield { path: 'label/0a/values', parameters: [] }
  yield { path: 'label/U__a_zz_/values', parameters: [] }
  yield { path: 'label/__name__/values', parameters: [], method: 'POST' }
  // what is said of metrics Prometheus knows from scraping alone
  const metadata: Parameters[] = [
    { metric: 'nosuch' },
    { limit: 'x' },
    { metric: 'nosuch', limit: '-1' },
    { limit_per_metric: 'x' },
  ]
  for (const parameters of metadata) yield { path: 'metadata', parameters }
  for (const path of ['targets', 'targets/metadata', 'rules', 'alerts', 'alertmanagers', 'scrape_pools'])
    yield { path, parameters: {} }
  for (const [name, value] of [
    ['type', 'x'],
    ['type', 'alert'],
    ['type', 'record'],
    ['group_limit', 'x'],
    ['group_limit', '1'],
    ['group_next_token', 'x'],
    ['exclude_alerts', 'x'],
    ['match[]', '{x'],
  ] as const)
    yield { path: 'rules', parameters: { [name]: value } }
  for (const parameters of [{}, { state: 'active' }, { state: 'dropped' }, { state: 'x' }] as Parameters[])
    yield { path: 'targets', parameters }
  for (const path of ['/-/healthy', '/-/ready']) yield { path, parameters: {} }
  for (const parameters of [[['match[]', 'up']], [['match[]', 'x{']], [['match[]', '']]] as [
    string,
    string,
  ][][])
    yield { path: '/federate', parameters }
}

function queriesOf(name: string): string[] {
  const text = readFileSync(new URL(`queries/${name}.promql`, import.meta.url), 'utf8')
  return text.split('\n').filter(line => line !== '')
}
