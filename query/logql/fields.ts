/** A log line as queries see it: what the evaluator filters and the API hands out. */
export interface LogFields {
  service: string
  host: string
  level: string
  body: string
  traceId: string
  spanId: string
  attributes: Readonly<Record<string, string>>
  resource: Readonly<Record<string, string>>
}

type Column = 'service' | 'host' | 'level' | 'traceId' | 'spanId' | 'body'

/** Labels that are columns of their own, with the names that other tools use for them. */
const columns: Readonly<Record<string, Column>> = {
  service: 'service',
  service_name: 'service',
  'service.name': 'service',
  host: 'host',
  host_name: 'host',
  'host.name': 'host',
  level: 'level',
  detected_level: 'level',
  trace_id: 'traceId',
  traceId: 'traceId',
  span_id: 'spanId',
  spanId: 'spanId',
  body: 'body',
}

const sqlColumns: Readonly<Record<Column, string>> = {
  service: 'ServiceName',
  host: 'Host',
  level: 'Level',
  traceId: 'TraceId',
  spanId: 'SpanId',
  body: 'Body',
}

/** The column a label names; undefined for an attribute. */
export function columnOf(label: string): Column | undefined {
  return Object.hasOwn(columns, label) ? columns[label] : undefined
}

/** The column's name in otel_logs; undefined for an attribute. */
export function sqlColumnOf(label: string): string | undefined {
  const column = columnOf(label)
  return column === undefined ? undefined : sqlColumns[column]
}

/**
 * The attribute keys a label may stand for, most exact first: LogQL's labels have no dots, OpenTelemetry's keys do.
 * `http_status_code` is `http_status_code`, else `http.status.code`, else `http.status_code`.
 */
export function attributeKeys(label: string): string[] {
  const keys = [label]
  if (label.includes('_')) keys.push(label.replaceAll('_', '.'), label.replace('_', '.'))
  return [...new Set(keys)]
}

/** A label's value in a line, '' where it has none: attributes first, then the resource's. */
export function labelValue(fields: LogFields, label: string): string {
  const column = columnOf(label)
  if (column !== undefined) return fields[column]
  for (const key of attributeKeys(label)) {
    const value = own(fields.attributes, key) || own(fields.resource, key)
    if (value) return value
  }
  return ''
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
