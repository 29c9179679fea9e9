import type { TraceQuery } from './ast.ts'
import { isSeriesMath, parseSeriesMath } from './parse-math.ts'
import { parseMetrics, parseSeriesStages } from './parse-metrics.ts'
import { parsePipeline } from './parse-pipeline.ts'
import { describe, TokenReader } from './reader.ts'

export const maxQueryLength = 10_000

/**
 * Reads TraceQL: sets of spans, structure between them, pipelines and metrics; an empty query is all spans.
 * Source: https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/.
 * Left out: pipelines compared with each other, and hints other than `window` but for being skipped.
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseTraceQl('{ status = error } | rate() by (resource.service.name)').metrics?.kind // => 'overTime'
 * parseTraceQl('{ kind = server } > { kind = client }').pipeline.first.kind // => 'combined'
 */
export function parseTraceQl(text: string): TraceQuery {
  const reader = new TokenReader(text.trim() === '' ? '{}' : text)
  if (text.length > maxQueryLength)
    throw reader.error(reader.next, `the query is longer than ${maxQueryLength} characters`)
  const query = isSeriesMath(reader) ? parseSeriesMath(reader, parseQuery) : parseQuery(reader)
  const windowNs = readHints(reader)
  const end = reader.next
  if (end.kind !== 'end')
    throw reader.error(
      end,
      `unexpected ${describe(end)}`,
      'sets of spans are joined by && or ||, stages by |',
    )
  return windowNs === undefined ? query : { ...query, windowNs }
}

/** Up to the end, or to a `)`. */
function parseQuery(reader: TokenReader): TraceQuery {
  const pipeline = parsePipeline(reader)
  const metrics = reader.takeIf('|') ? parseMetrics(reader) : undefined
  const series = metrics === undefined ? [] : parseSeriesStages(reader)
  if (metrics?.kind === 'compare' && series.length > 0)
    throw reader.error(reader.next, 'compare stands at the end: its series are chosen already')
  return { pipeline, metrics, series }
}

/** `with (sample=true)` says how Tempo may go about it; every answer here is exact already. Returns the `window` of a rule. */
function readHints(reader: TokenReader): bigint | undefined {
  if (!reader.isName('with')) return undefined
  reader.take()
  reader.expect('(')
  let windowNs: bigint | undefined
  while (!reader.isMark(')') && reader.next.kind !== 'end') {
    const isWindow = reader.isName('window')
    reader.take()
    if (isWindow) windowNs = readWindow(reader)
  }
  reader.expect(')')
  return windowNs
}

function readWindow(reader: TokenReader): bigint {
  reader.expect('=', 'write it as in with (window=15m)')
  const token = reader.take()
  if (token.kind === 'duration' && token.value > 0) return BigInt(token.value)
  throw reader.error(
    token,
    `found ${describe(token)}, expected a duration`,
    'write it as in with (window=15m)',
  )
}
