import { type Grouping, type MetricQuery, QueryError, type RangeAggregation } from '../../lib/logql/index.ts'
import { Annotations } from '../promql/annotations.ts'
import { bare, type Expression, type Selector } from '../promql/ast.ts'
import type { Value } from '../promql/column.ts'
import { Evaluator } from '../promql/evaluate.ts'
import { parsePromQl } from '../promql/parser.ts'
import { loadsOf } from '../promql/plan.ts'
import { lastMs, type Steps } from '../promql/steps.ts'
import type { StoredSeries } from '../promql/stored-series.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import { aggregateRange } from './aggregate-range.ts'
import { partsOf } from './parts.ts'
import { refuseOtherPromQl } from './refuse-other-promql.ts'

export interface LogMetrics {
  value: Value
  cost: StoreCost
}

/**
 * A metric query of LogQL at each step: range aggregations over lines first, then PromQL over what they give.
 * Errors: QUERY_INVALID, QUERY_EXECUTION, TOO_MUCH, those of the store.
 */
export async function evaluateLogMetrics(
  reader: StoreReader,
  tenant: string,
  query: MetricQuery,
  steps: Steps,
  signal: AbortSignal,
): Promise<LogMetrics> {
  const { promql } = query
  const context = { stepMs: steps.stepMs, rangeMs: lastMs(steps) - steps.startMs, isLogQl: true }
  const expression = parsePromQl(promql, context)
  refuseOtherPromQl(expression, promql)
  const loaded = new Map<Selector, StoredSeries[]>()
  const cost = { rows: 0, bytes: 0 }
  for (const { selector, steps: own } of loadsOf(expression, steps)) {
    const range = rangeOf(selector, query)
    const asked = { tenant, range, span: spanOf(range, own), grouping: keptBySum(expression, selector) }
    const found = await aggregateRange(reader, asked, own, signal)
    loaded.set(selector, found.series)
    cost.rows += found.cost.rows
    cost.bytes += found.cost.bytes
  }
  return {
    value: new Evaluator(steps, loaded, { notes: new Annotations(promql) }).evaluate(expression),
    cost,
  }
}

/** Whether a query can be evaluated, as far as that shows without data. Errors: QUERY_INVALID. */
export function checkLogMetrics(query: MetricQuery): void {
  const steps = { startMs: 0, stepMs: 60_000, count: 1 }
  const expression = parsePromQl(query.promql, { stepMs: 0, rangeMs: 0, isLogQl: true })
  refuseOtherPromQl(expression, query.promql)
  for (const { selector } of loadsOf(expression, steps)) rangeOf(selector, query)
}

function rangeOf(selector: Selector, { ranges, promql }: MetricQuery): RangeAggregation {
  const range = ranges[Number(/^r:(\d+)$/.exec(selector.name ?? '')?.[1] ?? Number.NaN)]
  const isPlain =
    selector.matchers.length === 1 && selector.range === undefined && selector.offset === undefined
  if (range !== undefined && isPlain) return range
  throw new QueryError(
    range === undefined
      ? `${selector.name ?? 'this'} is no metric of lines`
      : 'a range stands within the aggregation',
    promql,
    selector.from,
    'write it as in rate({service="web"}[5m] offset 1h)',
  )
}

function spanOf({ rangeMs, offsetMs }: RangeAggregation, steps: Steps) {
  const fromMs = steps.startMs - offsetMs - rangeMs
  const bucketMs = steps.count === 1 ? rangeMs : greatestCommonDivisor(steps.stepMs, rangeMs)
  return { fromMs, toMs: lastMs(steps) - offsetMs, bucketMs }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** `sum by (level) (rate(…))`: only the labels that the sum keeps are needed of what it adds up. */
function keptBySum(expression: Expression, selector: Selector): Grouping | undefined {
  if (expression.kind === 'aggregation' && bare(expression.of) === selector)
    return expression.operator === 'sum' && expression.by
      ? { isBy: true, labels: expression.labels }
      : undefined
  for (const inner of partsOf(expression)) {
    const found = keptBySum(inner, selector)
    if (found !== undefined) return found
  }
  return undefined
}
