export type OnFilter = (label: string, operator: '=' | '!=', value: string) => void

/** A query with one more matcher; one for the same label and value is replaced. Plain words are kept as words. */
export function addMatcher(query: string, label: string, operator: '=' | '!=', value: string): string {
  const matcher = `${label}${operator}${JSON.stringify(value)}`
  const selector = /^\s*\{([^}]*)\}/.exec(query)
  // a label with a dot, or a query of plain words, needs a filter behind the selector
  if (selector === null) return `{${matcher}}${wordsAsFilters(query)}`
  const others = splitMatchers(selector[1] ?? '').filter(
    present => present !== matcher && present !== flip(matcher, label),
  )
  return `{${[...others, matcher].join(', ')}}${query.slice(selector[0].length)}`
}

function wordsAsFilters(query: string): string {
  const rest = query.trim()
  if (rest === '' || /^(\||!=|!~)/.test(rest)) return rest === '' ? '' : ` ${rest}`
  return rest
    .split(/\s+/)
    .map(word => ` |~ ${JSON.stringify(`(?i)${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)}`)
    .join('')
}

function splitMatchers(text: string): string[] {
  return [...text.matchAll(/[^,"`]+(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/g)].map(found => found[0].trim())
}

function flip(matcher: string, label: string): string {
  return matcher.startsWith(`${label}!=`) ? matcher.replace('!=', '=') : matcher.replace('=', '!=')
}
