import type { Signal } from '../../../lib/otlp/index.ts'

/** The members that lead to the items, from the request on. */
const ways: Readonly<Record<Signal, readonly string[]>> = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
}
/** What may stand beside them. */
const beside: ReadonlySet<string> = new Set(['resource', 'scope', 'schemaUrl'])
const mostNames = 5

/**
 * Names that OTLP/JSON does not know must be passed over, so a request in which nothing else leads to an item is a
 * success that stored nothing. What is said of it to its sender; undefined where the names are right.
 *
 * @example
 * foreignNames('logs', { resource_logs: [] })
 * // => 'found resource_logs, expected resourceLogs (names in OTLP/JSON are lowerCamelCase)'
 */
export function foreignNames(signal: Signal, request: unknown): string | undefined {
  return foreignBelow(request, '', ways[signal])
}

function foreignBelow(value: unknown, path: string, way: readonly string[]): string | undefined {
  const [wanted, ...rest] = way
  if (wanted === undefined || typeof value !== 'object' || value === null) return undefined
  const members = (value as Readonly<Record<string, unknown>>)[wanted]
  // null stands for a member that is not there
  if (members === null) return undefined
  if (!Array.isArray(members)) return foreignIn(value, path, wanted)
  for (const [i, member] of members.entries()) {
    const found = foreignBelow(member, `${path}${wanted}[${i}].`, rest)
    if (found !== undefined) return found
  }
  return undefined
}

function foreignIn(value: object, path: string, wanted: string): string | undefined {
  const names = Object.keys(value).filter(name => !beside.has(name))
  if (names.length === 0) return undefined
  const found = names.slice(0, mostNames).map(name => path + name)
  return `found ${found.join(', ')}, expected ${wanted} (names in OTLP/JSON are lowerCamelCase)`
}
