import { formatMetric } from './format-metric.ts'
import { fitted } from './format-parts.ts'
import { partsOfQuery } from './format-stage.ts'
import { parseLogQl } from './parse-logql.ts'

/**
 * A query in one form: on one line where that is short, else with a line for each part. Comments are lost. Source: Loki
 * pkg/logql/syntax/prettier.go. Errors: QUERY_INVALID.
 *
 * @example
 * formatLogQl('{a="b",c="d"}|json|x>5') // => '{a="b", c="d"} | json | x>5'
 */
export function formatLogQl(text: string): string {
  const parsed = parseLogQl(text)
  return parsed.kind === 'log' ? fitted(partsOfQuery(parsed.query), 0) : formatMetric(parsed)
}
