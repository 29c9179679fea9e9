import { type Rollup, type RollupTable, rollupColumns, rollups, rollupTable } from './rollups.ts'

/**
 * Names of tables and columns, and the types in which rows are sent: the one place where code and migrations meet.
 * A test compares it with the tables as ClickHouse made them.
 */
export const tables = {
  logs: 'otel_logs',
  logPatterns: 'log_patterns',
  ledger: 'ledger',
  traces: 'otel_traces',
  traceTimes: 'trace_times',
  metricSeries: 'metric_series',
  metricSamples: 'metric_samples',
  metricHistograms: 'metric_histograms',
  metricExemplars: 'metric_exemplars',
  customRollupRanges: 'custom_rollup_ranges',
} as const

export type TableName = (typeof tables)[keyof typeof tables] | RollupTable

/** What `Level` holds, from least to most severe. */
export { type Level, levels } from '../lib/otlp/index.ts'

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
 * makes more of these: TraceId, SpanId, AllAttributes, Body (the line as written), Original (its bytes in the source), Message.
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
  MessageKey: word,
  MessageText: text,
  LogFilePath: word,
  LogAttributes: attributes,
  EventName: word,
  Tenant: word,
  Host: word,
  Level: word,
  Agent: word,
  ...topicPosition,
  PatternId: 'UInt64',
} as const

/**
 * Bytes of a row's line as it was written, without its end, as rollups count them: of one that was no UTF-8 those of its
 * source, since its body has escapes in their place.
 */
export const lineBytes = `if(OriginalKind = 4 AND NOT isValidUTF8(OriginalText),
    toUInt64(length(OriginalText) - multiIf(endsWith(OriginalText, '\\r\\n'), 2, endsWith(OriginalText, '\\n'), 1, 0)), length(Body))`

/** A template of messages and a service whose lines have it. */
export const logPatternColumns = {
  Tenant: word,
  ServiceName: word,
  PatternId: 'UInt64',
  Template: text,
  IngestedOn: 'Date',
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
  ReplayOf: text,
  SentTenant: word,
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
  ScopeAttributes: attributes,
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

/** Between which moments a trace's spans started, and when the last of them ended. */
export const traceTimeColumns = {
  Tenant: word,
  TraceIdBytes: 'FixedString(16)',
  FirstStart: 'DateTime64(9)',
  LastStart: 'DateTime64(9)',
  LastEnd: 'DateTime64(9)',
  RetentionDays: 'UInt16',
  IngestedOn: 'Date',
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

/**
 * One sample of a native histogram. Buckets stand in spans: of the first span its first index, of the others how many
 * buckets were left out before it, and how many follow each other; bucket i of a schema s ends at 2^(i / 2^s), of schema -53
 * at CustomBounds[i], and the last has no end.
 * Source: Prometheus, native histograms specification.
 */
export const metricHistogramColumns = {
  Tenant: word,
  Fingerprint: 'UInt64',
  Timestamp: 'DateTime64(3)',
  IsStale: 'UInt8',
  Schema: 'Int8',
  ZeroThreshold: 'Float64',
  ZeroCount: 'UInt64',
  Count: 'UInt64',
  Sum: 'Float64',
  PositiveOffsets: 'Array(Int32)',
  PositiveLengths: 'Array(UInt32)',
  PositiveCounts: 'Array(UInt64)',
  NegativeOffsets: 'Array(Int32)',
  NegativeLengths: 'Array(UInt32)',
  NegativeCounts: 'Array(UInt64)',
  CustomBounds: 'Array(Float64)',
  IngestedOn: 'Date',
} as const

/** One observation with what was traced when it was made; of a classic histogram it stands with its bucket's series. */
export const metricExemplarColumns = {
  Tenant: word,
  Fingerprint: 'UInt64',
  Timestamp: 'DateTime64(3)',
  Value: 'Float64',
  TraceId: text,
  SpanId: text,
  Labels: attributes,
  IngestedOn: 'Date',
} as const

/**
 * Offsets [FromOffset, ToOffset) of a partition that a rollup of the configuration has counted, or will count exactly
 * so (IsDone 0). Rows of one beginning are one range: the largest ToOffset and IsDone hold. Described: a CountedRollup as JSON.
 */
export const customRollupRangeColumns = {
  Tenant: word,
  RollupName: word,
  Definition: 'UInt64',
  Kind: word,
  Windows: 'Array(String)',
  Topic: word,
  TopicId: text,
  TopicPartition: 'UInt32',
  FromOffset: 'UInt64',
  ToOffset: 'UInt64',
  IsDone: 'UInt8',
  Newest: 'DateTime64(3)',
  Described: text,
} as const

/** The columns of every table, as rows are sent. */
export const columnsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  otel_logs: logColumns,
  log_patterns: logPatternColumns,
  ledger: ledgerColumns,
  otel_traces: traceColumns,
  trace_times: traceTimeColumns,
  metric_series: metricSeriesColumns,
  metric_samples: metricSampleColumns,
  metric_histograms: metricHistogramColumns,
  metric_exemplars: metricExemplarColumns,
  custom_rollup_ranges: customRollupRangeColumns,
  ...Object.fromEntries(
    Object.values(rollups).flatMap((rollup: Rollup) =>
      rollup.windows.map(window => [rollupTable(rollup, window), rollupColumns(rollup)]),
    ),
  ),
}
