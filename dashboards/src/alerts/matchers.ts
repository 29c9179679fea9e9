export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual: boolean
}

const matcher = /^\s*([a-zA-Z_][\w.]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/

/** `name="value", other=~"v.*"`, as Alertmanager writes it. Undefined where that is not what stands there. */
export function readMatchers(text: string): Matcher[] | undefined {
  const found: Matcher[] = []
  let rest = text.trim().replace(/^\{(.*)\}$/s, '$1')
  while (rest.trim() !== '') {
    const read = matcher.exec(rest)
    if (read === null) return undefined
    const [whole, name = '', operator = '', quoted = ''] = read
    const value = unquoted(quoted)
    if (value === undefined) return undefined
    found.push({ name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') })
    rest = rest.slice(whole.length)
  }
  return found.length === 0 ? undefined : found
}

export function writeMatchers(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return undefined
  }
}
