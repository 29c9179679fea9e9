import type { Expression, Pipeline, SpansetExpression } from '../../lib/traceql/index.ts'
import { SqlWriter } from './field-sql.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'
import { conditionSql, type SpanCondition } from './traceql-sql.ts'

/** What SQL can say of the traces that a pipeline may take: never too little, exactly what is meant where `simple` is. */
export interface Selection {
  /** A span that says something for the trace. */
  spanSql: string
  /** Over the rows of a trace that are such spans; undefined where one of them is enough. */
  traceSql: string | undefined
  params: SqlWriter['params']
  /** The condition that alone decides which spans are taken: of `{ … }` without stages. */
  simple: Expression | undefined
  isExact: boolean
}

export function selectionOf(pipeline: Pipeline, writer = new SqlWriter()): Selection {
  const leaves: SpanCondition[] = []
  const traceSql = needSql(pipeline.first, writer, leaves)
  const isOne = pipeline.first.kind === 'spans'
  const hasStages = pipeline.stages.some(({ kind }) => kind !== 'select')
  const isExact = isOne && !hasStages && leaves.every(leaf => leaf.isExact)
  return {
    spanSql: leaves.map(({ sql }) => `(${sql})`).join(' OR '),
    traceSql: isOne ? undefined : traceSql,
    params: writer.params,
    simple: isExact && pipeline.first.kind === 'spans' ? pipeline.first.condition : undefined,
    isExact,
  }
}

/** What must be true of a trace, as a condition over its rows. */
function needSql(expression: SpansetExpression, writer: SqlWriter, leaves: SpanCondition[]): string {
  if (expression.kind === 'pipeline') return needSql(expression.pipeline.first, writer, leaves)
  if (expression.kind === 'spans') {
    const leaf = conditionSql(expression.condition, writer)
    leaves.push(leaf)
    return `countIf(${leaf.sql}) > 0`
  }
  const { operator, left, right } = expression
  // without the relation: spans of the right side, whatever there is on the left
  if (operator.startsWith('!')) return needSql(right, writer, leaves)
  const both = [needSql(left, writer, leaves), needSql(right, writer, leaves)]
  return `(${both.join(operator === '||' ? ' OR ' : ' AND ')})`
}

/** Which traces are chosen where there are more than are asked for: those with the newest matching spans, or the longest. */
export type TraceOrder = 'newest' | 'slowest'

/** Ids of the traces whose spans in the range fulfil a selection, in the order of those spans. */
export async function candidateIds(
  reader: TraceReader,
  selection: Selection,
  range: TimeRange,
  limit: number,
  order: TraceOrder = 'newest',
): Promise<string[]> {
  const { spanSql, traceSql, params } = selection
  const found: string[] = []
  const seen = new Set<string>()
  // what several spans decide together may not be cut, and the longest may be anywhere
  const slices = traceSql === undefined && order === 'newest' ? newestFirst(range) : [range]
  const by = order === 'newest' ? 'max(Timestamp)' : 'max(Duration)'
  for (const slice of slices) {
    const rows = await reader.rows<{ id: string }>(
      `SELECT TraceId AS id FROM otel_traces WHERE ${spanRange} AND TraceId != '' AND (${spanSql})
      GROUP BY TraceId ${traceSql === undefined ? '' : `HAVING ${traceSql}`}
      ORDER BY ${by} DESC, TraceId LIMIT {limit:UInt32}`,
      { ...params, ...spanRangeParams(slice), limit },
    )
    for (const { id } of rows) {
      if (seen.has(id)) continue
      seen.add(id)
      found.push(id)
    }
    if (found.length >= limit || reader.isLate) break
  }
  return found.slice(0, limit)
}

const shortestSliceNs = 60_000_000_000n

/** Slices of a range, the last first, each four times as long as the one before: what is asked for is mostly new. */
export function newestFirst({ startNs, endNs }: TimeRange): TimeRange[] {
  const slices: TimeRange[] = []
  let length = (endNs - startNs) / 64n
  if (length < shortestSliceNs) length = shortestSliceNs
  for (let end = endNs; end > startNs; length *= 4n) {
    const start = end - length > startNs ? end - length : startNs
    slices.push({ startNs: start, endNs: end })
    end = start
  }
  return slices
}
