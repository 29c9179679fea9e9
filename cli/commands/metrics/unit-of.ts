import type { MetricNamesAnswer } from '../../../query/index.ts'

type Metric = Pick<MetricNamesAnswer['metrics'][number], 'name' | 'unit'>

/** Functions that make a rate of what they are given, and those whose answer has another unit. */
const rates = /\b(?:rate|irate|deriv)\s*\(/
const others =
  /\b(?:count|count_values|absent|changes|resets|timestamp|time|log2|ln|stddev|stdvar)\b\s*(?:by|without|\()|\s[/*^%]\s/

/** What comes out of a histogram in the unit of what was observed. */
const observed = /\bhistogram_(?:quantile|avg|sum)\b/

/**
 * The unit of what a query answers with, as far as its text tells: that of the one metric it names, per second under a rate. ''
 * where it is not known.
 */
export function unitOf(query: string, metrics: readonly Metric[]): string {
  if (others.test(query)) return ''
  const words = new Set(
    query.replaceAll(/"[^"]*"|'[^']*'|\{[^}]*\}|\[[^\]]*\]/g, ' ').match(/[a-zA-Z_:][\w:.]*/g),
  )
  const units = new Set(metrics.filter(({ name }) => words.has(name)).map(unit))
  if (units.size === 0) for (const word of words) if (bySuffix(word) !== '') units.add(bySuffix(word))
  const [only = ''] = units
  if (units.size > 1) return ''
  if (observed.test(query)) return only
  // the series of a histogram that count have no unit, whatever was observed
  if ([...words].some(word => /_(?:count|bucket)$/.test(word))) return ''
  if (!rates.test(query)) return only
  // seconds per second is a share of the time
  return only === 's' || only === 'seconds' ? '' : `${only}/s`
}

function unit({ name, unit: known }: Metric): string {
  return known === '' ? bySuffix(name) : known
}

/** Prometheus has the unit in the name. */
function bySuffix(name: string): string {
  return /_(bytes|seconds|milliseconds)(?:_total|_sum|_bucket)?$/.exec(name)?.[1] ?? ''
}
