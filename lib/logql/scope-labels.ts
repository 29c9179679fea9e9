/** What of an instrumentation scope is a label. */
export type ScopePart = 'name' | 'version'

/** Labels that lines have of their scope where they have no attribute of the name. Source: Loki pkg/loghttp/push/otlp.go. */
export const scopeParts: ReadonlyMap<string, ScopePart> = new Map([
  ['scope_name', 'name'],
  ['scope_version', 'version'],
])

/** What our own readers of lines call themselves begins so: it says nothing of what made the line. */
export const readersPrefix = 'millrace.'

/** The scope of a line, its name as it was sent. */
export interface LineScope {
  scope?: string | undefined
  scopeVersion?: string | undefined
}

/**
 * A part of a line's scope; '' where nothing is said of it, and of our own readers.
 *
 * @example
 * scopeText({ scope: 'com.example.Cart' }, 'name') // => 'com.example.Cart'
 * scopeText({ scope: 'millrace.file' }, 'name') // => ''
 */
export function scopeText({ scope = '', scopeVersion = '' }: LineScope, part: ScopePart): string {
  if (scope.startsWith(readersPrefix)) return ''
  return part === 'name' ? scope : scopeVersion
}

/**
 * The labels of a scope, without those that are empty.
 *
 * @example
 * scopeLabels({ scope: 'com.example.Cart' }) // => { scope_name: 'com.example.Cart' }
 */
export function scopeLabels(scope: LineScope): Record<string, string> {
  const labels = Array.from(scopeParts, ([label, part]) => [label, scopeText(scope, part)] as const)
  return Object.fromEntries(labels.filter(([, text]) => text !== ''))
}
