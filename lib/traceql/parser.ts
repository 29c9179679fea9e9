import type { SeriesStage, TraceQuery } from './ast.ts'
import { parseMetrics, parseSeriesFilter, parseSeriesStage } from './parse-metrics.ts'
import { parsePipeline } from './parse-pipeline.ts'
import { describe, TokenReader } from './reader.ts'

export const maxQueryLength = 10_000
const maxSeriesStages = 16

/**
 * Reads TraceQL: sets of spans, structure between them, pipelines and metrics; an empty query is all spans.
 * Source: https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/.
 * Left out: pipelines compared with each other, `topk` before other series functions, and hints but for being skipped.
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
  const pipeline = parsePipeline(reader)
  const metrics = reader.takeIf('|') ? parseMetrics(reader) : undefined
  const series: SeriesStage[] = []
  const filter = metrics === undefined ? undefined : parseSeriesFilter(reader)
  if (filter !== undefined) series.push(filter)
  while (metrics !== undefined && reader.takeIf('|')) {
    series.push(parseSeriesStage(reader))
    if (series.length > maxSeriesStages) throw reader.error(reader.next, 'too many stages')
  }
  skipHints(reader)
  const end = reader.next
  if (end.kind !== 'end')
    throw reader.error(
      end,
      `unexpected ${describe(end)}`,
      'sets of spans are joined by && or ||, stages by |',
    )
  return { pipeline, metrics, series }
}

/** `with (sample=true)` says how Tempo may go about it; every answer here is exact already. */
function skipHints(reader: TokenReader): void {
  if (!reader.isName('with')) return
  reader.take()
  reader.expect('(')
  while (!reader.isMark(')') && reader.next.kind !== 'end') reader.take()
  reader.expect(')')
}
