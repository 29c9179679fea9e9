export interface SpanEvent {
  timeNs: bigint
  name: string
  attributes: Readonly<Record<string, string>>
}

export interface SpanLink {
  traceId: string
  spanId: string
  traceState: string
  attributes: Readonly<Record<string, string>>
}

export type SpanKindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export type SpanStatusName = 'unset' | 'ok' | 'error'

/** A span as the store has it: values of attributes are texts. Ids are hexadecimal digits; '' for no parent. */
export interface Span {
  traceId: string
  spanId: string
  parentSpanId: string
  traceState: string
  name: string
  kind: SpanKindName
  service: string
  resource: Readonly<Record<string, string>>
  scopeName: string
  scopeVersion: string
  scopeAttributes: Readonly<Record<string, string>>
  attributes: Readonly<Record<string, string>>
  startNs: bigint
  durationNs: number
  status: SpanStatusName
  statusMessage: string
  events: readonly SpanEvent[]
  links: readonly SpanLink[]
}

/** What is said of a whole trace, whichever of its spans are looked at. */
export interface TraceFacts {
  rootName: string
  rootService: string
  durationNs: number
}
