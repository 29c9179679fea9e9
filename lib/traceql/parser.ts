import type { TraceQuery } from './ast.ts'
import { isSeriesMath, parseSeriesMath } from './parse-math.ts'
import { parseMetrics, parseSeriesStages } from './parse-metrics.ts'
import { parsePipeline } from './parse-pipeline.ts'
import { describe, TokenReader } from './reader.ts'

export const maxQueryLength = 10_000

/**
 * Reads TraceQL: sets of spans, structure between them, pipelines and metrics; an empty query is all spans.
 * Source: https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/.
 * Left out: pipelines compared with each other, and hints other than `window` and `exemplars` but for being skipped.
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
  const hints = readHints(reader)
  const end = reader.next
  if (end.kind !== 'end')
    throw reader.error(
      end,
      `unexpected ${describe(end)}`,
      'sets of spans are joined by && or ||, stages by |',
    )
  return { ...query, ...hints }
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

/** `with (sample=true)` says how Tempo may go about it; every answer here is exact already. Two of them are looked at. */
function readHints(reader: TokenReader): Pick<TraceQuery, 'windowNs' | 'exemplars'> {
  if (!reader.isName('with')) return {}
  reader.take()
  reader.expect('(')
  const hints: Pick<TraceQuery, 'windowNs' | 'exemplars'> = {}
  do {
    const name = reader.take()
    if (name.kind !== 'name') throw reader.error(name, `found ${describe(name)}, expected a hint`, howToHint)
    if (name.text === 'window') hints.windowNs = readWindow(reader)
    else {
      const value = readHintValue(reader)
      if (name.text === 'exemplars') hints.exemplars = value !== 'false'
    }
  } while (reader.takeIf(','))
  reader.expect(')')
  return hints
}

const howToHint = 'write it as in with (sample=true)'

function readHintValue(reader: TokenReader): string {
  reader.expect('=', howToHint)
  const token = reader.take()
  if (token.kind === 'mark' || token.kind === 'field' || token.kind === 'end')
    throw reader.error(token, `found ${describe(token)}, expected a value`, howToHint)
  return token.text
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
