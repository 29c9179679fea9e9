import type { StreamMessage } from '../../../query/index.ts'
import { withoutAnsi } from '../explore/text/ansi.ts'
import { stringifyExact } from '../explore/text/exact.ts'
import { visible } from '../explore/text/visible.ts'

/** A key or a value in one line; of OTLP what it says rather than how it is written. */
export function summaryOf(part: StreamMessage['value'], length: number): string {
  const all = part.format === 'otlp' ? otlpSummary(part.value as Otlp) : written(part, 0)
  // most of what is long is not looked at: no sequence of colours takes more than its share
  const text = visible(withoutAnsi(all.slice(0, length * 20)).replaceAll(/\s+/g, ' '))
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** A key or a value as a whole. */
export function written({ format, value }: StreamMessage['value'], indent: number): string {
  if (format === 'null') return '(null)'
  return typeof value === 'string' ? value : stringifyExact(value, indent)
}

interface Attribute {
  key: string
  value?: { stringValue?: string }
}

interface Otlp {
  resourceLogs?: Group[]
  resourceSpans?: Group[]
  resourceMetrics?: Group[]
}

interface Group {
  resource?: { attributes?: Attribute[] }
  scopeLogs?: { logRecords?: { body?: object }[] }[]
  scopeSpans?: { spans?: { name?: string }[] }[]
  scopeMetrics?: { metrics?: { name?: string }[] }[]
}

/** `cart: line 1 · line 2`, each resource by itself. */
function otlpSummary(request: Otlp): string {
  const groups = request.resourceLogs ?? request.resourceSpans ?? request.resourceMetrics ?? []
  return groups.map(group => `${serviceOf(group)}: ${itemsOf(group).join(' · ')}`).join(' | ')
}

function serviceOf({ resource }: Group): string {
  return resource?.attributes?.find(({ key }) => key === 'service.name')?.value?.stringValue ?? '(no service)'
}

function itemsOf({ scopeLogs, scopeSpans, scopeMetrics }: Group): string[] {
  const lines = scopeLogs?.flatMap(scope => scope.logRecords ?? []).map(({ body }) => textOf(body)) ?? []
  const spans = scopeSpans?.flatMap(scope => scope.spans ?? []).map(({ name = '' }) => name) ?? []
  const metrics = scopeMetrics?.flatMap(scope => scope.metrics ?? []).map(({ name = '' }) => name) ?? []
  return [...lines, ...spans, ...metrics]
}

function textOf(body: object | undefined): string {
  const [value] = Object.values(body ?? {})
  return typeof value === 'string' ? value : stringifyExact(value ?? '')
}
