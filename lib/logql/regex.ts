import { compileRe2, type Re2, Re2SyntaxError } from '../re2/index.ts'
import { QueryError } from './error.ts'

/** A matcher's pattern, which the whole value must match. */
export function wholeRegex(pattern: string): Re2 {
  return compileRe2(pattern, { anchored: true })
}

/** A line filter's pattern, found anywhere. */
export function partRegex(pattern: string): Re2 {
  return compileRe2(pattern)
}

/**
 * Refuses what RE2 would not take, before the engine sees it. `at` is where the literal of the pattern begins in the
 * query. Errors: QUERY_INVALID, at the place in the pattern where the literal has no escapes.
 */
export function checkRegex(pattern: string, query: string, at: number): void {
  try {
    compileRe2(pattern)
  } catch (error) {
    if (!(error instanceof Re2SyntaxError)) throw error
    const isAsWritten = query.startsWith(pattern, at + 1)
    const place = isAsWritten ? at + 1 + error.at : at
    throw new QueryError(`not a regular expression: ${error.message}`, query, place, error.suggestion)
  }
}
