import { QueryError } from './error.ts'

/**
 * A RE2 pattern as a JavaScript one, for evaluating where the engine is not asked. Leading flags as in `(?i)` become
 * flags; named groups lose RE2's P; the dot takes line breaks too, as in ClickHouse's `match`. RE2 has no look-around
 * and no backreferences, so nothing else differs in kind.
 */
export function toRegExp(pattern: string, anchored: boolean): RegExp {
  const leading = /^\(\?([ims]+)\)/.exec(pattern)
  const body = (leading === null ? pattern : pattern.slice(leading[0].length)).replaceAll('(?P<', '(?<')
  const flags = new Set(`s${leading?.[1] ?? ''}${/\\p\{/i.test(body) ? 'u' : ''}`)
  return new RegExp(anchored ? `^(?:${body})$` : body, [...flags].join(''))
}

/** Refuses what RE2 or JavaScript would not take, before the engine sees it. Errors: QUERY_INVALID. */
export function checkRegex(pattern: string, query: string, at: number): void {
  if (pattern.length > 1000)
    throw new QueryError('the regular expression is longer than 1000 characters', query, at)
  if (/\(\?<?[=!]|\\[1-9]/.test(pattern))
    throw new QueryError(
      'look-around and backreferences are not part of RE2',
      query,
      at,
      'use several filters, one after the other',
    )
  try {
    toRegExp(pattern, false)
  } catch (error) {
    const why = (error as Error).message
      .replace(/^Invalid regular expression: \/.*\/\w*: /s, '')
      .toLowerCase()
    throw new QueryError(`not a regular expression: ${why}`, query, at)
  }
}
