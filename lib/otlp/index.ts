export { checkRequest } from './check.ts'
export { jsonToProtobuf } from './json.ts'
export { exportResponse, exportResponseJson, type PartialSuccess, rpcStatus } from './response.ts'
export type { Signal } from './schema.ts'
export { splitRequest } from './split.ts'
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
export { beginRequest, endRequest, type OpenRequest, type Origin } from './write-request.ts'
export { type SpanInput, type SpanKind, writeTracesRequest } from './write-traces.ts'
export {
  type OtlpAttributes,
  type OtlpValue,
  writeAnyValue,
  writeAttribute,
  writeAttributes,
} from './write-value.ts'
