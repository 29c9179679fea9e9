import type { Nanos } from '../../../lib/otlp/index.ts'

type Fields = Record<string, unknown>

/** Times of Fluent Bit's entries that are no events: -1 begins a group of what follows, -2 ends it. */
const markers: Readonly<Record<number, 'start' | 'end'>> = { 4294967295: 'start', 4294967294: 'end' }

/** What an entry with this time marks; undefined for an event. Source: Fluent Bit, include/fluent-bit/flb_log_event.h */
export function markerOf({ seconds, nanos }: Nanos): 'start' | 'end' | undefined {
  return nanos === 0 ? markers[seconds] : undefined
}

/** What the beginning of a group says of all of its events: of OTLP's, the resource and the scope. */
export function fieldsOfGroup({ resource, scope }: Fields): Fields {
  const attributes = fieldsIn(resource, 'attributes')
  const { name, version } = isFields(scope) ? scope : {}
  return { ...attributes, ...given('otel.scope.name', name), ...given('otel.scope.version', version) }
}

/** What stands beside an event: of one that was OTLP's its level, ids and attributes; else fields called `metadata.…`. */
export function fieldsOfMetadata(metadata: Fields): Fields {
  const { otlp, ...rest } = metadata
  const others = Object.fromEntries(Object.entries(rest).map(([key, value]) => [`metadata.${key}`, value]))
  if (!isFields(otlp)) return others
  return {
    ...others,
    ...fieldsIn(otlp, 'attributes'),
    ...given('severity_text', otlp['severity_text']),
    ...given('severity_number', otlp['severity_number']),
    ...given('trace_id', hexOf(otlp['trace_id'])),
    ...given('span_id', hexOf(otlp['span_id'])),
  }
}

function given(key: string, value: unknown): Fields {
  return value === undefined || value === null || value === '' ? {} : { [key]: value }
}

/** Ids come as bytes. */
function hexOf(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

function fieldsIn(value: unknown, key: string): Fields {
  const inner = isFields(value) ? value[key] : undefined
  return isFields(inner) ? inner : {}
}

function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}
