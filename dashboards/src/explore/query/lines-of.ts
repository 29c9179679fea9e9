import { tokensOf } from './tokens.ts'

/**
 * The lines that a metric query counts: its first selector with the stages behind it. Undefined where there is none.
 *
 * @example
 * linesOf('sum by (level) (rate({service="web"} |= "x" [5m])) > 2') // => '{service="web"} |= "x"'
 */
export function linesOf(query: string): string | undefined {
  const tokens = tokensOf(query)
  const first = tokens.findIndex(({ kind, text }) => kind === 'mark' && text === '{')
  const end = tokens.findIndex(({ kind, text }, i) => i > first && kind === 'mark' && text === '[')
  if (first === -1 || end === -1) return undefined
  // what is unwrapped is a number, not a line
  const unwrap = tokens.findIndex(
    ({ text }, i) => i > first && i < end && text === '|' && tokens[i + 1]?.text === 'unwrap',
  )
  const last = tokens[unwrap === -1 ? end : unwrap]
  return query.slice(tokens[first]?.from, last?.from).trim()
}
