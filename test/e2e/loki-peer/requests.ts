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
    formatted: ['lines', 'metrics', 'refused']
      .flatMap(queriesOf)
      .map(query => ({ path: 'format_query', parameters: { query } })),
  }
}

function queriesOf(name: string): string[] {
  const text = readFileSync(new URL(`queries/${name}.logql`, import.meta.url), 'utf8')
  return text.split('\n').filter(line => line !== '')
}
