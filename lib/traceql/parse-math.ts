import type { SeriesMath, TraceQuery } from './ast.ts'
import { metricsNames } from './names.ts'
import { parseSeriesStages } from './parse-metrics.ts'
import type { TokenReader } from './reader.ts'

/** Arithmetic by how strongly it binds. */
const levels: readonly ReadonlySet<string>[] = [new Set(['+', '-']), new Set(['*', '/'])]

type ParseQuery = (reader: TokenReader) => TraceQuery

/** Whether a query that makes series stands in parentheses here: `({…} | rate()) / ({…} | rate())`. */
export function isSeriesMath(reader: TokenReader): boolean {
  return reader.isMark('(') && depthOfMetrics(reader) !== undefined
}

/** How many parentheses are open around the first stage that makes series, of those that begin here; undefined where none is. */
function depthOfMetrics(reader: TokenReader): number | undefined {
  let depth = 0
  for (let ahead = 0; reader.ahead(ahead).kind !== 'end'; ahead++) {
    if (reader.isMark('(', ahead)) depth++
    if (reader.isMark(')', ahead) && --depth === 0) return undefined
    const { kind, text } = reader.ahead(ahead + 1)
    const isMetrics = kind === 'name' && (metricsNames.has(text) || text === 'compare')
    if (isMetrics && reader.isMark('|', ahead)) return depth
  }
  return undefined
}

/** Series computed from those of other queries, and what is done with them. Errors: QUERY_INVALID. */
export function parseSeriesMath(reader: TokenReader, parseQuery: ParseQuery): TraceQuery {
  const query = operation(reader, parseQuery, 0, 0)
  const series = parseSeriesStages(reader)
  return { ...query, series: [...query.series, ...series] }
}

function operation(reader: TokenReader, parseQuery: ParseQuery, level: number, depth: number): TraceQuery {
  const operators = levels[level]
  if (operators === undefined) return operand(reader, parseQuery, depth)
  let left = operation(reader, parseQuery, level + 1, depth)
  while (reader.next.kind === 'mark' && operators.has(reader.next.text)) {
    const operator = reader.take().text as SeriesMath['operator']
    left = computed({ operator, left, right: operation(reader, parseQuery, level + 1, depth) })
  }
  return left
}

function operand(reader: TokenReader, parseQuery: ParseQuery, depth: number): TraceQuery {
  reader.checkDepth(depth)
  const isInner = reader.isMark('(') && depthOfMetrics(reader) !== 1
  reader.expect('(', 'series are computed from queries in parentheses, as in ({…} | rate())')
  const query = isInner ? operation(reader, parseQuery, 0, depth + 1) : parseQuery(reader)
  reader.expect(')', 'a parenthesis is not closed')
  return query
}

function computed(math: SeriesMath): TraceQuery {
  const all = { kind: 'spans', condition: { kind: 'literal', type: 'boolean', value: true } } as const
  return { pipeline: { first: all, stages: [] }, metrics: undefined, series: [], math }
}
