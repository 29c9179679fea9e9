import { OperatingError } from '../../lib/base/index.ts'
import { type MetricQuery, parseLogQl, rangeOperations } from '../../lib/logql/index.ts'
import { checkLogMetrics, evaluateLogMetrics } from '../logql/metrics.ts'
import { evaluatePromQl } from '../metrics.ts'
import { sampleAt, type Value } from '../promql/column.ts'
import { parsePromQl } from '../promql/parser.ts'
import { atMoment } from '../promql/steps.ts'
import { typeOf } from '../promql/types.ts'
import type { StoreReader } from '../store-reader.ts'
import type { RuleQuestion } from './question.ts'
import type { RuleSample } from './sample.ts'
import { checkTraceQl, evaluateTraceQl, isTraceQl } from './traceql.ts'

/** What rules may be written in. */
export const ruleLanguages = ['promql', 'logql', 'traceql'] as const
export type RuleLanguage = (typeof ruleLanguages)[number]

interface Language {
  /** Errors: QUERY_INVALID, with the place. */
  check(expr: string): void
  evaluate(reader: StoreReader, question: RuleQuestion, signal: AbortSignal): Promise<Value>
}

const languages: Readonly<Record<RuleLanguage, Language>> = {
  promql: {
    check: expr => {
      const type = typeOf(parsePromQl(expr, { stepMs: 0, rangeMs: 0 }))
      if (type !== 'vector' && type !== 'scalar')
        throw new OperatingError('QUERY_INVALID', 'a rule asks for an instant vector or a number')
    },
    evaluate: async (reader, { expr, atMs, tenant }, signal) => {
      const steps = atMoment(atMs)
      const { value } = await evaluatePromQl(reader, tenant, expr, steps, signal)
      return value
    },
  },
  logql: {
    check: expr => {
      checkLogMetrics(metricOf(expr))
    },
    evaluate: async (reader, { expr, atMs, tenant }, signal) => {
      const steps = atMoment(atMs)
      const { value } = await evaluateLogMetrics(reader, tenant, metricOf(expr), steps, signal)
      return value
    },
  },
  traceql: { check: checkTraceQl, evaluate: evaluateTraceQl },
}

/** Errors: QUERY_INVALID. */
function metricOf(expr: string): MetricQuery {
  const parsed = parseLogQl(expr)
  if (parsed.kind === 'metric') return parsed
  throw new OperatingError(
    'QUERY_INVALID',
    'a rule counts lines, as in count_over_time({service="web"}[5m]) > 5',
  )
}

/** A range over a selector that names no metric: lines. */
const overLines = new RegExp(
  `\\b(?:${rangeOperations.join('|')})\\s*\\((?:[\\s\\d.]+,)?[\\s(]*\\{(?![^}]*__name__)`,
)

/**
 * The language of an expression: the one that is named, else LogQL where lines are counted, TraceQL where spans are, else PromQL.
 * Errors: QUERY_INVALID.
 *
 * @example
 * languageOf('count_over_time({service="web"}[5m]) > 5', undefined) // => 'logql'
 * languageOf('rate(http_errors_total[5m]) > 5', undefined) // => 'promql'
 * languageOf('{ status = error } | rate() > 5', undefined) // => 'traceql'
 */
export function languageOf(expr: string, named: RuleLanguage | undefined): RuleLanguage {
  const language = named ?? guessed(expr)
  languages[language].check(expr)
  return language
}

function guessed(expr: string): RuleLanguage {
  if (isTraceQl(expr)) return 'traceql'
  return overLines.test(expr) ? 'logql' : 'promql'
}

/** The series of an expression at one moment. Errors: as of a query. */
export async function samplesOf(
  reader: StoreReader,
  language: RuleLanguage,
  question: RuleQuestion,
  signal: AbortSignal,
): Promise<RuleSample[]> {
  return ruleSamples(await languages[language].evaluate(reader, question, signal))
}

/** Numbers of one moment; histograms are no conditions. */
export function ruleSamples(value: Value): RuleSample[] {
  if (value.kind === 'scalar') return [{ labels: {}, value: value.values[0] as number }]
  if (value.kind !== 'vector') return []
  return value.columns.flatMap(column => {
    const sample = sampleAt(column, 0)
    return typeof sample === 'number' ? [{ labels: column.labels, value: sample }] : []
  })
}
