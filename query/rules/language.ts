import { OperatingError } from '../../lib/base/index.ts'
import { evaluatePromQl } from '../metrics.ts'
import { sampleAt, type Value } from '../promql/column.ts'
import { parsePromQl } from '../promql/parser.ts'
import { typeOf } from '../promql/types.ts'
import type { StoreReader } from '../store-reader.ts'
import type { RuleSample } from './sample.ts'

/** What rules may be written in. */
export const ruleLanguages = ['promql'] as const
export type RuleLanguage = (typeof ruleLanguages)[number]

export interface RuleQuestion {
  expr: string
  atMs: number
  tenant: string
}

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
      const steps = { startMs: atMs, stepMs: 60_000, count: 1 }
      const { value } = await evaluatePromQl(reader, tenant, expr, steps, signal)
      return value
    },
  },
}

/** The language of an expression: the one that is named, else the first that can read it. Errors: QUERY_INVALID. */
export function languageOf(expr: string, named: RuleLanguage | undefined): RuleLanguage {
  if (named !== undefined) {
    languages[named].check(expr)
    return named
  }
  let first: unknown
  for (const language of ruleLanguages)
    try {
      languages[language].check(expr)
      return language
    } catch (error) {
      first ??= error
    }
  throw first
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
