import type { MetricQuery } from './ast.ts'
import { readLogRange } from './range-aggregation.ts'
import { describe, type LogTokens } from './tokens.ts'

/** The label that tells what each metric gives from what the others give. */
const variantLabel = '__variant__'

/**
 * `variants(rate({…}[5m]), bytes_rate({…}[5m])) of ({…} |= "x" [5m])`: several metrics of the same lines in one answer, each with its number
 * as a label. Which lines, and of which windows, says what stands behind `of`; filters and stages of a metric come after those. Source: Loki
 * pkg/logql/syntax, MultiVariantExpr.
 *
 * @param readMetric reads one of the metrics
 */
export function readVariants(
  tokens: LogTokens,
  readMetric: (tokens: LogTokens, isPart: true) => MetricQuery,
): MetricQuery {
  const hint = 'write variants(rate({…}[5m]), bytes_rate({…}[5m])) of ({…}[5m])'
  tokens.take()
  tokens.expectMark('(', hint)
  const metrics = [readMetric(tokens, true)]
  while (tokens.takesMark(',')) metrics.push(readMetric(tokens, true))
  tokens.expectMark(')', 'a parenthesis is not closed')
  if (!tokens.takesWord('of'))
    throw tokens.error(`found ${describe(tokens.next)}, expected of`, tokens.next, hint)
  tokens.expectMark('(', hint)
  const of = readLogRange(tokens)
  const { query, rangeMs, offsetMs } = of
  tokens.expectMark(')', 'a parenthesis is not closed')
  if (!tokens.isEnd) throw tokens.error(`unexpected ${describe(tokens.next)}`, tokens.next)
  const ranges = metrics
    .flatMap(metric => metric.ranges)
    .map(range => ({
      ...range,
      query: { matchers: query.matchers, stages: [...query.stages, ...range.query.stages] },
      rangeMs,
      offsetMs,
    }))
  return { kind: 'metric', ranges, promql: numbered(metrics), approximate: [], variants: { metrics, of } }
}

/** The metrics side by side, as PromQL: ranges count on through all of them. */
function numbered(metrics: readonly MetricQuery[]): string {
  let before = 0
  const parts = metrics.map(({ promql, ranges }, i) => {
    const first = before
    before += ranges.length
    const own = promql.trim().replaceAll(/\br:(\d+)/g, (_, number: string) => `r:${first + Number(number)}`)
    return `label_replace(${own}, "${variantLabel}", "${i}", "", "")`
  })
  return parts.join(' or ')
}
