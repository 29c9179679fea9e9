import type { Span } from '../../lib/traceql/index.ts'
import { type TypedValue, typedValue } from './typed-value.ts'

type Attributes = Readonly<Record<string, string>>

/** How ids and enumerations are written in JSON. */
export interface OtlpForm {
  id(hex: string): string
  kind(name: Span['kind']): string | number
  status(name: Span['status']): string | number
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const statuses = ['unset', 'ok', 'error'] as const

/** OTLP/JSON. Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export const otlpForm: OtlpForm = {
  id: hex => hex,
  kind: name => kinds.indexOf(name),
  status: name => statuses.indexOf(name),
}

/** Protobuf's own mapping, which Tempo answers in and Grafana reads. Source: grafana/tempo, pkg/tempopb, jsonpb. */
export const protobufForm: OtlpForm = {
  id: hex => Buffer.from(hex, 'hex').toString('base64'),
  kind: name => `SPAN_KIND_${name.toUpperCase()}`,
  status: name => `STATUS_CODE_${name.toUpperCase()}`,
}

/** Spans as the `resourceSpans` of OTLP: those of one resource, and there of one scope, together. */
export function resourceSpans(spans: readonly Span[], form: OtlpForm): object[] {
  const byResource = Map.groupBy(spans, ({ resource }) => JSON.stringify(resource))
  return [...byResource.values()].map(ofResource => ({
    resource: { attributes: keyValues(ofResource[0]?.resource ?? {}) },
    scopeSpans: scopeSpans(ofResource, form),
  }))
}

function scopeSpans(spans: readonly Span[], form: OtlpForm): object[] {
  const byScope = Map.groupBy(spans, scopeKey)
  return [...byScope.values()].map(ofScope => ({
    scope: scopeOf(ofScope[0] as Span),
    spans: ofScope.map(span => otlpSpan(span, form)),
  }))
}

function scopeKey({ scopeName, scopeVersion, scopeAttributes }: Span): string {
  return JSON.stringify([scopeName, scopeVersion, scopeAttributes])
}

function scopeOf({ scopeName, scopeVersion, scopeAttributes }: Span): object {
  const attributes = keyValues(scopeAttributes)
  return { name: scopeName, version: scopeVersion, ...(attributes.length === 0 ? {} : { attributes }) }
}

function otlpSpan(span: Span, form: OtlpForm): object {
  const { startNs, durationNs, parentSpanId, traceState, status, statusMessage, events, links } = span
  return {
    traceId: form.id(span.traceId),
    spanId: form.id(span.spanId),
    ...(parentSpanId === '' ? {} : { parentSpanId: form.id(parentSpanId) }),
    ...(traceState === '' ? {} : { traceState }),
    name: span.name,
    kind: form.kind(span.kind),
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + BigInt(durationNs)),
    attributes: keyValues(span.attributes),
    ...(events.length === 0
      ? {}
      : {
          events: events.map(({ timeNs, name, attributes }) => ({
            timeUnixNano: String(timeNs),
            name,
            attributes: keyValues(attributes),
          })),
        }),
    ...(links.length === 0
      ? {}
      : {
          links: links.map(link => ({
            traceId: form.id(link.traceId),
            spanId: form.id(link.spanId),
            attributes: keyValues(link.attributes),
          })),
        }),
    status: {
      ...(status === 'unset' ? {} : { code: form.status(status) }),
      ...(statusMessage === '' ? {} : { message: statusMessage }),
    },
  }
}

export function keyValues(attributes: Attributes): { key: string; value: object }[] {
  return Object.entries(attributes).map(([key, text]) => ({ key, value: anyValue(typedValue(key, text)) }))
}

export function anyValue(typed: TypedValue): object {
  switch (typed.type) {
    case 'bool':
      return { boolValue: typed.value }
    case 'int':
      return { intValue: typed.value }
    case 'double':
      return { doubleValue: typed.value }
    case 'array':
      return { arrayValue: { values: typed.value.map(anyValue) } }
    case 'string':
      return { stringValue: typed.value }
  }
}
