import type { Span, SpanKindName, SpanStatusName } from '../../lib/traceql/index.ts'

/** The columns of `otel_traces` that make a span. Times as text: a JavaScript number cannot hold them. */
export const spanColumns = `TraceId AS traceId, SpanId AS spanId, ParentSpanId AS parentSpanId, TraceState AS traceState,
  SpanName AS name, lower(SpanKind) AS kind, ServiceName AS service, ResourceAttributes AS resource,
  ScopeName AS scopeName, ScopeVersion AS scopeVersion, ScopeAttributes AS scopeAttributes,
  SpanAttributes AS attributes,
  toString(toUnixTimestamp64Nano(Timestamp)) AS start, Duration AS durationNs,
  lower(StatusCode) AS status, StatusMessage AS statusMessage,
  arrayMap(t -> toString(toUnixTimestamp64Nano(t)), Events.Timestamp) AS eventTimes,
  Events.Name AS eventNames, Events.Attributes AS eventAttributes,
  Links.TraceId AS linkTraceIds, Links.SpanId AS linkSpanIds, Links.TraceState AS linkStates,
  Links.Attributes AS linkAttributes`

type Attributes = Record<string, string>

export interface SpanRow {
  traceId: string
  spanId: string
  parentSpanId: string
  traceState: string
  name: string
  kind: string
  service: string
  resource: Attributes
  scopeName: string
  scopeVersion: string
  scopeAttributes: Attributes
  attributes: Attributes
  start: string
  durationNs: number
  status: string
  statusMessage: string
  eventTimes: string[]
  eventNames: string[]
  eventAttributes: Attributes[]
  linkTraceIds: string[]
  linkSpanIds: string[]
  linkStates: string[]
  linkAttributes: Attributes[]
}

export function toSpan(row: SpanRow): Span {
  const { eventTimes, eventNames, eventAttributes, linkTraceIds, linkSpanIds, linkStates, linkAttributes } =
    row
  return {
    traceId: row.traceId,
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    traceState: row.traceState,
    name: row.name,
    kind: row.kind as SpanKindName,
    service: row.service,
    resource: row.resource,
    scopeName: row.scopeName,
    scopeVersion: row.scopeVersion,
    scopeAttributes: row.scopeAttributes,
    attributes: row.attributes,
    startNs: BigInt(row.start),
    durationNs: row.durationNs,
    status: row.status as SpanStatusName,
    statusMessage: row.statusMessage,
    events: eventTimes.map((time, i) => ({
      timeNs: BigInt(time),
      name: eventNames[i] ?? '',
      attributes: eventAttributes[i] ?? {},
    })),
    links: linkTraceIds.map((traceId, i) => ({
      traceId,
      spanId: linkSpanIds[i] ?? '',
      traceState: linkStates[i] ?? '',
      attributes: linkAttributes[i] ?? {},
    })),
  }
}
