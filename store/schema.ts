/**
 * Names of tables and columns, and the types in which rows are sent: the one place where code and migrations meet.
 * A test compares it with the tables as ClickHouse made them.
 */
export const tables = {
  logs: 'otel_logs',
  ledger: 'ledger',
  traces: 'otel_traces',
  metricSeries: 'metric_series',
  metricSamples: 'metric_samples',
  logRollup10s: 'log_rollup_10s',
  logRollup1m: 'log_rollup_1m',
  metricRollup10s: 'metric_rollup_10s',
  metricRollup1m: 'metric_rollup_1m',
} as const

export type TableName = (typeof tables)[keyof typeof tables]

/** What `Level` holds, from least to most severe. */
export { type Level, levels } from '../lib/otlp/index.ts'

/** Days a row is kept unless its resource says otherwise. */
export const defaultRetentionDays = 30
/** Resource attribute with which a stream asks for its own retention, in days. */
export const retentionAttribute = 'millrace.retention.days'
export const maxRetentionDays = 3650

const text = 'String'
const word = 'LowCardinality(String)'
const attributes = 'Map(LowCardinality(String), String)'

const topicPosition = {
  Topic: word,
  TopicPartition: 'UInt32',
  TopicOffset: 'UInt64',
  TopicIndex: 'UInt32',
  IngestedAt: 'DateTime64(3)',
  RetentionDays: 'UInt16',
} as const

/**
 * One log line. `TopicPartition`, `TopicOffset`, `TopicIndex` say where in the topic it stands, and so order all lines. The table
 * makes more of these: TraceId, SpanId, Body (the line as written), Original (its bytes in the source), Message.
 */
export const logColumns = {
  Timestamp: 'DateTime64(9)',
  ObservedTimestamp: 'DateTime64(9)',
  TraceIdBytes: 'FixedString(16)',
  SpanIdBytes: 'FixedString(8)',
  TraceFlags: 'UInt8',
  SeverityText: word,
  SeverityNumber: 'UInt8',
  ServiceName: word,
  LineShape: word,
  LineRest: text,
  OriginalKind: 'UInt8',
  OriginalText: text,
  ResourceSchemaUrl: word,
  ResourceAttributes: attributes,
  ScopeSchemaUrl: word,
  ScopeName: word,
  ScopeVersion: word,
  ScopeAttributes: attributes,
  LogAttributes: attributes,
  EventName: word,
  Tenant: word,
  Host: word,
  Level: word,
  Agent: word,
  ...topicPosition,
} as const

/** One record of a topic: what its sender says of it (lib/ledger), and how many rows were made of it. */
export const ledgerColumns = {
  Tenant: word,
  Topic: word,
  TopicPartition: 'UInt32',
  TopicOffset: 'UInt64',
  NextOffset: 'UInt64',
  Agent: word,
  Source: word,
  Generation: word,
  From: 'UInt64',
  To: 'UInt64',
  Lines: 'UInt32',
  Rows: 'UInt32',
  Dropped: text,
  Gaps: text,
  Services: text,
  HasCrc: 'UInt8',
  Crc32c: 'UInt32',
  IngestedAt: 'DateTime64(3)',
  RetentionDays: 'UInt16',
  Error: text,
} as const

/** One span; `Duration` in nanoseconds. */
export const traceColumns = {
  Timestamp: 'DateTime64(9)',
  TraceId: text,
  SpanId: text,
  ParentSpanId: text,
  TraceState: text,
  SpanName: word,
  SpanKind: word,
  ServiceName: word,
  ResourceAttributes: attributes,
  ScopeName: word,
  ScopeVersion: word,
  SpanAttributes: attributes,
  Duration: 'UInt64',
  StatusCode: word,
  StatusMessage: text,
  'Events.Timestamp': 'Array(DateTime64(9))',
  'Events.Name': `Array(${word})`,
  'Events.Attributes': `Array(${attributes})`,
  'Links.TraceId': 'Array(String)',
  'Links.SpanId': 'Array(String)',
  'Links.TraceState': 'Array(String)',
  'Links.Attributes': `Array(${attributes})`,
  Tenant: word,
  Host: word,
  ...topicPosition,
} as const

/**
 * One series: name and labels in Prometheus' form, `service` and `host` among the labels.
 * `Type` is gauge, counter, histogram or summary; `Temporality` is cumulative, delta or '' (gauges).
 */
export const metricSeriesColumns = {
  Tenant: word,
  MetricName: word,
  Fingerprint: 'UInt64',
  Type: word,
  Unit: word,
  Description: text,
  Temporality: word,
  Labels: attributes,
  ServiceName: word,
  Host: word,
  FirstSeen: 'DateTime64(3)',
  LastSeen: 'DateTime64(3)',
} as const

export const metricSampleColumns = {
  Tenant: word,
  Fingerprint: 'UInt64',
  Timestamp: 'DateTime64(3)',
  Value: 'Float64',
  IngestedOn: 'Date',
} as const

/** Lines and bytes of their bodies in one window; rows of one key add up. */
export const logRollupColumns = {
  Tenant: word,
  ServiceName: word,
  Host: word,
  Level: word,
  Window: 'DateTime',
  Lines: 'UInt64',
  Bytes: 'UInt64',
  IngestedOn: 'Date',
} as const

/** Samples of one series in one window; rows of one key add up (sum, sum, min, max, max). */
export const metricRollupColumns = {
  Tenant: word,
  Fingerprint: 'UInt64',
  Window: 'DateTime',
  Count: 'UInt64',
  Sum: 'Float64',
  Min: 'Float64',
  Max: 'Float64',
  Last: 'Tuple(Timestamp DateTime64(3), Value Float64)',
  IngestedOn: 'Date',
} as const

/** The columns of every table, as rows are sent. */
export const columnsOf: Readonly<Record<TableName, Readonly<Record<string, string>>>> = {
  otel_logs: logColumns,
  ledger: ledgerColumns,
  otel_traces: traceColumns,
  metric_series: metricSeriesColumns,
  metric_samples: metricSampleColumns,
  log_rollup_10s: logRollupColumns,
  log_rollup_1m: logRollupColumns,
  metric_rollup_10s: metricRollupColumns,
  metric_rollup_1m: metricRollupColumns,
}
