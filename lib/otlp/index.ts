export { checkRequest } from './check.ts'
export { type DecodedLog, decodeAttributes, decodeLogs, isPlausibleTime } from './decode-logs.ts'
export { filePathKey } from './file-path.ts'
export { jsonToProtobuf } from './json.ts'
export { type Level, levelOf, levels } from './level.ts'
export { logMessage, messageKeys } from './message.ts'
export { ownBoundsSchema } from './own-buckets.ts'
export { prometheusScopes } from './prometheus-scopes.ts'
export { ExemplarReader } from './read-exemplars.ts'
export { ItemReader, Range, Ranges } from './read-items.ts'
export { LogRecordReader } from './read-logs.ts'
export { MetricReader, metricKinds, temporalities } from './read-metrics.ts'
export {
  type ExponentialBuckets,
  ExponentialPointReader,
  HistogramPointReader,
  NumberPointReader,
  noRecordedValue,
  SummaryPointReader,
  staleMarker,
} from './read-points.ts'
export { TimeSplitter } from './read-time.ts'
export { SpanEventReader, SpanLinkReader, SpanReader } from './read-traces.ts'
export { KeyValueReader, readText, ValueReader, valueKinds, valueText } from './read-value.ts'
export { exportResponse, exportResponseJson, type PartialSuccess, rpcStatus } from './response.ts'
export type { Signal } from './schema.ts'
export { type SoundRequest, soundPoints } from './sound-points.ts'
export { firstPiece, splitRequest } from './split.ts'
export { type Nanos, nanosOfMs, writeTime } from './time.ts'
export { type OtlpJson, protobufToJson } from './to-json.ts'
export { WireError, WireReader, WireWriter, wireBytes, wireFixed32, wireFixed64, wireVarint } from './wire.ts'
export { type LogRecordInput, writeLogRecord, writeLogsRequest } from './write-logs.ts'
export {
  type HistogramPoint,
  type MetricInput,
  type NumberPoint,
  writeMetricsRequest,
} from './write-metrics.ts'
export {
  type Exemplar,
  type ExponentialPointInput,
  type HistogramPointInput,
  type NumberPointInput,
  type PointMetric,
  type SummaryPointInput,
  type Temporality,
  writePointMetric,
} from './write-points.ts'
export { beginRequest, endRequest, type OpenRequest, type Origin } from './write-request.ts'
export { type SpanInput, type SpanKind, writeTracesRequest } from './write-traces.ts'
export {
  type OtlpAttributes,
  type OtlpValue,
  writeAnyValue,
  writeAttribute,
  writeAttributes,
} from './write-value.ts'
