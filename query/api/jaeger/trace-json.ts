import type { Span } from '../../../lib/traceql/index.ts'
import { type TypedValue, typedValue } from '../../traces/typed-value.ts'

type Attributes = Readonly<Record<string, string>>

export interface JaegerTag {
  key: string
  type: 'string' | 'bool' | 'int64' | 'float64'
  value: string | boolean | number
}

/**
 * A trace as Jaeger's UI and Grafana read it: times and durations in microseconds, what is said of a service once under
 * `processes`. Source: jaegertracing/jaeger, internal/uimodel; and its translation of OTLP for the tags that it makes.
 */
export function jaegerTrace(traceId: string, spans: readonly Span[], warnings: readonly string[]): object {
  const processes = new Map<string, { id: string; process: object }>()
  const made = spans.map(span => {
    const key = JSON.stringify([span.service, span.resource])
    const known = processes.get(key) ?? { id: `p${processes.size + 1}`, process: processOf(span) }
    processes.set(key, known)
    return jaegerSpan(span, known.id)
  })
  return {
    traceID: traceId,
    spans: made,
    processes: Object.fromEntries([...processes.values()].map(({ id, process }) => [id, process])),
    warnings: warnings.length === 0 ? null : warnings,
  }
}

function processOf({ service, resource }: Span): object {
  const { 'service.name': _, ...rest } = resource
  return { serviceName: service, tags: tags(rest) }
}

function jaegerSpan(span: Span, processID: string): object {
  const { traceId, spanId, parentSpanId, startNs, durationNs, links } = span
  const parent = parentSpanId === '' ? [] : [{ refType: 'CHILD_OF', traceID: traceId, spanID: parentSpanId }]
  return {
    traceID: traceId,
    spanID: spanId,
    operationName: span.name,
    references: [
      ...parent,
      ...links.map(link => ({ refType: 'FOLLOWS_FROM', traceID: link.traceId, spanID: link.spanId })),
    ],
    flags: 1,
    startTime: Number(startNs / 1000n),
    duration: Math.floor(durationNs / 1000),
    tags: [...tags(span.attributes), ...madeTags(span)],
    logs: span.events.map(({ timeNs, name, attributes }) => ({
      timestamp: Number(timeNs / 1000n),
      fields: [...(name === '' ? [] : [text('event', name)]), ...tags(attributes)],
    })),
    processID,
    warnings: null,
  }
}

/** What OTLP has fields for and Jaeger has tags. */
function madeTags(span: Span): JaegerTag[] {
  const { kind, status, statusMessage, scopeName, scopeVersion, scopeAttributes, traceState } = span
  return [
    ...(kind === 'unspecified' ? [] : [text('span.kind', kind)]),
    ...(status === 'unset' ? [] : [text('otel.status_code', status.toUpperCase())]),
    ...(status === 'error' ? [{ key: 'error', type: 'bool', value: true } as const] : []),
    ...(statusMessage === '' ? [] : [text('otel.status_description', statusMessage)]),
    ...(scopeName === '' ? [] : [text('otel.scope.name', scopeName)]),
    ...(scopeVersion === '' ? [] : [text('otel.scope.version', scopeVersion)]),
    ...tags(prefixed('otel.scope.', scopeAttributes)),
    ...(traceState === '' ? [] : [text('w3c.tracestate', traceState)]),
  ]
}

function prefixed(prefix: string, attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`${prefix}${key}`, value]))
}

function text(key: string, value: string): JaegerTag {
  return { key, type: 'string', value }
}

function tags(attributes: Attributes): JaegerTag[] {
  return Object.entries(attributes).map(([key, value]) => tagOf(key, value, typedValue(key, value)))
}

function tagOf(key: string, written: string, typed: TypedValue): JaegerTag {
  if (typed.type === 'bool') return { key, type: 'bool', value: typed.value }
  if (typed.type === 'double') return { key, type: 'float64', value: typed.value }
  // a number that JSON's readers would round stays a text
  if (typed.type === 'int' && Number.isSafeInteger(Number(written)))
    return { key, type: 'int64', value: Number(written) }
  return text(key, written)
}
