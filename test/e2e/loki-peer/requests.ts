import { readFileSync } from 'node:fs'
import type { Request } from './compare.ts'

const halfHourMs = 1_800_000

/** Everything that both are asked, by kind: queries stand in files, one in a line. */
export function requests(zeroMs: number): Record<string, Request[]> {
  const range = { start: `${zeroMs}000000`, end: `${zeroMs + halfHourMs}000000` }
  const of = (path: string, parameters: Record<string, string>) => ({
    path,
    parameters: { ...range, ...parameters },
  })
  const metrics = queriesOf('metrics')
  const at = String((zeroMs + halfHourMs - 600_000) / 1000)
  return {
    lines: queriesOf('lines').map(query => of('query_range', { query, limit: '5000', direction: 'forward' })),
    templates: queriesOf('templates').map(template =>
      of('query_range', {
        query: `{app="shop"} | logfmt | keep level, code, path, size, v, msg, took | line_format ${JSON.stringify(template)}`,
        limit: '60',
        direction: 'forward',
      }),
    ),
    metrics: metrics.map(query => of('query_range', { query, step: '60' })),
    instant: metrics.map(query => ({ path: 'query', parameters: { query, time: at } })),
    refused: queriesOf('refused').map(query => of('query_range', { query, step: '60' })),
    parameters: [...parameterRequests(zeroMs)],
    explored: [...explored()].map(([path, parameters]) => of(path, parameters)),
    listings: [...listings()].map(([path, parameters]) => of(path, parameters)),
  }
}

/** What Loki refuses, and is answered here. */
export function widerRequests(zeroMs: number): Request[] {
  const range = { start: `${zeroMs}000000`, end: `${zeroMs + halfHourMs}000000` }
  return queriesOf('wider').map(query => ({
    path: 'query_range',
    parameters: { ...range, query, step: '60' },
  }))
}

function* parameterRequests(zeroMs: number): Generator<Request> {
  const start = String(zeroMs / 1000)
  const end = String((zeroMs + 600_000) / 1000)
  const lines = { query: '{app="shop"}', start, end }
  const lists: Record<string, string>[] = [
    { limit: '1' },
    { limit: '7', direction: 'BACKWARD' },
    { limit: '7', direction: 'forward' },
    { limit: '0' },
    { limit: '-1' },
    { limit: 'x' },
    { limit: '5001' },
    { direction: 'sideways' },
    { interval: '30s', direction: 'forward', limit: '5000' },
    { interval: '30', direction: 'backward', limit: '5000' },
    { interval: '-1s' },
    { interval: 'x' },
    { start: end, end: start },
    { start: 'yesterday' },
    { end: start },
    { start: new Date(zeroMs).toISOString(), end: new Date(zeroMs + 60_000).toISOString() },
    { start: `${start}.5`, end: `${start}.75` },
    { start: `${zeroMs}002000002`, end: `${zeroMs + 3_000}002000002`, direction: 'forward' },
    { query: '' },
    { query: '{app="meta"} | logfmt', limit: '20' },
  ]
  for (const one of lists) yield { path: 'query_range', parameters: { ...lines, ...one } }
  for (const query of [
    '{app="meta"} | logfmt',
    '{app="api"} | json | label_format x=level',
    '{app="broken"} | json',
  ])
    yield {
      path: 'query_range',
      parameters: { ...lines, query, limit: '200' },
      headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
    }
  const metric = { query: 'sum(rate({app="shop"}[1m]))', start, end }
  for (const step of ['15', '15s', '1m', '1500ms', '0.5', '60', '0', '-1', 'x', '0.0001', '1h', ''])
    yield { path: 'query_range', parameters: { ...metric, step } }
  for (const time of [
    end,
    `${end}.5`,
    `${zeroMs + 600_000}000000`,
    new Date(zeroMs + 600_000).toISOString(),
    'x',
  ])
    yield { path: 'query', parameters: { query: metric.query, time } }
  yield { path: 'query', parameters: { query: '{app="shop"}', time: end } }
}

function* listings(): Generator<[path: string, parameters: Record<string, string>]> {
  for (const query of ['', '{app="shop"}', '{app="nobody"}', '{app="x"', '{app=~"s.*"}']) {
    yield ['labels', { query }]
    yield ['label/pod/values', { query }]
    yield ['label/nosuch/values', { query }]
    yield ['series', { 'match[]': query === '' ? '{app=~".+"}' : query }]
  }
  yield ['label/app/values', { start: '1', end: '2' }]
  for (const query of [
    '{app=~"api|shop|odd"}',
    '{app="shop"}',
    '{app=~"shop|api", env="prod"}',
    '{app="x"',
    '',
  ])
    for (const more of [{}, { targetLabels: 'env' }, { targetLabels: 'app,env' }, { limit: '2' }])
      yield ['index/volume', { query, ...more }]
}

/** What Logs Drilldown asks. */
function* explored(): Generator<[path: string, parameters: Record<string, string>]> {
  for (const query of [
    '{app="api"}',
    '{app="shop"}',
    '{app="meta"}',
    '{app="shop"} |= "level=error"',
    '{app="x"',
    '',
  ]) {
    yield ['detected_fields', { query }]
    yield ['detected_fields', { query, limit: '3' }]
    yield ['patterns', { query }]
    for (const name of ['level', 'status', 'took', 'user', 'nosuch'])
      yield [`detected_field/${name}/values`, { query }]
  }
  for (const query of ['{app=~"api|shop"}', '{app="shop", env="prod"}', '{app="nobody"}', '{app="x"'])
    for (const more of [{}, { targetLabels: 'env' }, { step: '600' }, { limit: '1' }])
      yield ['index/volume_range', { query, step: '300', ...more }]
}

function queriesOf(name: string): string[] {
  const text = readFileSync(new URL(`queries/${name}.logql`, import.meta.url), 'utf8')
  return text.split('\n').filter(line => line !== '')
}
