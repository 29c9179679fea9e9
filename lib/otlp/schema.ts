import { wireBytes, wireFixed32, wireFixed64, wireVarint } from './wire.ts'

/**
 * The messages of OTLP, declared once: requests are checked by these tables and OTLP/JSON is turned into protobuf by them.
 * Source: opentelemetry-proto 1.7, opentelemetry/proto/{common,resource,logs,metrics,trace}/v1.
 */
export type Signal = 'logs' | 'metrics' | 'traces'

export type ScalarKind =
  | 'string'
  | 'bytes'
  /** Bytes of exactly 8 or 16, or none: hexadecimal in OTLP/JSON. */
  | 'spanId'
  | 'traceId'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'enum'
  | 'int64'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'double'

export interface Field {
  /** The name in OTLP/JSON. */
  name: string
  number: number
  kind: ScalarKind | 'message'
  repeated: boolean
  wireType: number
  message: Message | undefined
}

export interface Message {
  name: string
  /** True for what a receiver counts: log records, data points, spans. */
  counted: boolean
  byNumber: (Field | undefined)[]
  byName: Map<string, Field>
}

const wireTypes: Record<ScalarKind | 'message', number> = {
  string: wireBytes,
  bytes: wireBytes,
  spanId: wireBytes,
  traceId: wireBytes,
  message: wireBytes,
  bool: wireVarint,
  int32: wireVarint,
  uint32: wireVarint,
  sint32: wireVarint,
  enum: wireVarint,
  int64: wireVarint,
  uint64: wireVarint,
  fixed32: wireFixed32,
  fixed64: wireFixed64,
  sfixed64: wireFixed64,
  double: wireFixed64,
}

/** `number name kind`, `kind` with a trailing `*` where repeated; a message is given instead of a scalar's name. */
type Row = [number: number, name: string, kind: ScalarKind | `${ScalarKind}*` | Message | readonly [Message]]

function message(name: string, rows: readonly Row[], counted = false): Message {
  const made: Message = { name, counted, byNumber: [], byName: new Map() }
  for (const row of rows) addField(made, row)
  return made
}

function addField(to: Message, [number, name, kind]: Row): void {
  const nested = typeof kind === 'string' ? undefined : 'byNumber' in kind ? kind : kind[0]
  const repeated = typeof kind === 'string' ? kind.endsWith('*') : !('byNumber' in kind)
  const scalar = typeof kind === 'string' ? (kind.replace('*', '') as ScalarKind) : 'message'
  const field: Field = { name, number, kind: scalar, repeated, wireType: wireTypes[scalar], message: nested }
  to.byNumber[number] = field
  to.byName.set(name, field)
}

const anyValue = message('AnyValue', [
  [1, 'stringValue', 'string'],
  [2, 'boolValue', 'bool'],
  [3, 'intValue', 'int64'],
  [4, 'doubleValue', 'double'],
  [7, 'bytesValue', 'bytes'],
])
const keyValue = message('KeyValue', [
  [1, 'key', 'string'],
  [2, 'value', anyValue],
])
// the tree closes on itself here: a value may hold values
addField(anyValue, [5, 'arrayValue', message('ArrayValue', [[1, 'values', [anyValue]]])])
addField(anyValue, [6, 'kvlistValue', message('KeyValueList', [[1, 'values', [keyValue]]])])

const scope = message('InstrumentationScope', [
  [1, 'name', 'string'],
  [2, 'version', 'string'],
  [3, 'attributes', [keyValue]],
  [4, 'droppedAttributesCount', 'uint32'],
])
const entityRef = message('EntityRef', [
  [1, 'schemaUrl', 'string'],
  [2, 'type', 'string'],
  [3, 'idKeys', 'string*'],
  [4, 'descriptionKeys', 'string*'],
])
const resource = message('Resource', [
  [1, 'attributes', [keyValue]],
  [2, 'droppedAttributesCount', 'uint32'],
  [3, 'entityRefs', [entityRef]],
])

const logRecord = message(
  'LogRecord',
  [
    [1, 'timeUnixNano', 'fixed64'],
    [2, 'severityNumber', 'enum'],
    [3, 'severityText', 'string'],
    [5, 'body', anyValue],
    [6, 'attributes', [keyValue]],
    [7, 'droppedAttributesCount', 'uint32'],
    [8, 'flags', 'fixed32'],
    [9, 'traceId', 'traceId'],
    [10, 'spanId', 'spanId'],
    [11, 'observedTimeUnixNano', 'fixed64'],
    [12, 'eventName', 'string'],
  ],
  true,
)

const spanEvent = message('Event', [
  [1, 'timeUnixNano', 'fixed64'],
  [2, 'name', 'string'],
  [3, 'attributes', [keyValue]],
  [4, 'droppedAttributesCount', 'uint32'],
])
const spanLink = message('Link', [
  [1, 'traceId', 'traceId'],
  [2, 'spanId', 'spanId'],
  [3, 'traceState', 'string'],
  [4, 'attributes', [keyValue]],
  [5, 'droppedAttributesCount', 'uint32'],
  [6, 'flags', 'fixed32'],
])
const status = message('Status', [
  [2, 'message', 'string'],
  [3, 'code', 'enum'],
])
const span = message(
  'Span',
  [
    [1, 'traceId', 'traceId'],
    [2, 'spanId', 'spanId'],
    [3, 'traceState', 'string'],
    [4, 'parentSpanId', 'spanId'],
    [5, 'name', 'string'],
    [6, 'kind', 'enum'],
    [7, 'startTimeUnixNano', 'fixed64'],
    [8, 'endTimeUnixNano', 'fixed64'],
    [9, 'attributes', [keyValue]],
    [10, 'droppedAttributesCount', 'uint32'],
    [11, 'events', [spanEvent]],
    [12, 'droppedEventsCount', 'uint32'],
    [13, 'links', [spanLink]],
    [14, 'droppedLinksCount', 'uint32'],
    [15, 'status', status],
    [16, 'flags', 'fixed32'],
  ],
  true,
)

const exemplar = message('Exemplar', [
  [2, 'timeUnixNano', 'fixed64'],
  [3, 'asDouble', 'double'],
  [4, 'spanId', 'spanId'],
  [5, 'traceId', 'traceId'],
  [6, 'asInt', 'sfixed64'],
  [7, 'filteredAttributes', [keyValue]],
])
const numberPoint = message(
  'NumberDataPoint',
  [
    [2, 'startTimeUnixNano', 'fixed64'],
    [3, 'timeUnixNano', 'fixed64'],
    [4, 'asDouble', 'double'],
    [5, 'exemplars', [exemplar]],
    [6, 'asInt', 'sfixed64'],
    [7, 'attributes', [keyValue]],
    [8, 'flags', 'uint32'],
  ],
  true,
)
const histogramPoint = message(
  'HistogramDataPoint',
  [
    [2, 'startTimeUnixNano', 'fixed64'],
    [3, 'timeUnixNano', 'fixed64'],
    [4, 'count', 'fixed64'],
    [5, 'sum', 'double'],
    [6, 'bucketCounts', 'fixed64*'],
    [7, 'explicitBounds', 'double*'],
    [8, 'exemplars', [exemplar]],
    [9, 'attributes', [keyValue]],
    [10, 'flags', 'uint32'],
    [11, 'min', 'double'],
    [12, 'max', 'double'],
  ],
  true,
)
const buckets = message('Buckets', [
  [1, 'offset', 'sint32'],
  [2, 'bucketCounts', 'uint64*'],
])
const exponentialPoint = message(
  'ExponentialHistogramDataPoint',
  [
    [1, 'attributes', [keyValue]],
    [2, 'startTimeUnixNano', 'fixed64'],
    [3, 'timeUnixNano', 'fixed64'],
    [4, 'count', 'fixed64'],
    [5, 'sum', 'double'],
    [6, 'scale', 'sint32'],
    [7, 'zeroCount', 'fixed64'],
    [8, 'positive', buckets],
    [9, 'negative', buckets],
    [10, 'flags', 'uint32'],
    [11, 'exemplars', [exemplar]],
    [12, 'min', 'double'],
    [13, 'max', 'double'],
    [14, 'zeroThreshold', 'double'],
  ],
  true,
)
const quantile = message('ValueAtQuantile', [
  [1, 'quantile', 'double'],
  [2, 'value', 'double'],
])
const summaryPoint = message(
  'SummaryDataPoint',
  [
    [2, 'startTimeUnixNano', 'fixed64'],
    [3, 'timeUnixNano', 'fixed64'],
    [4, 'count', 'fixed64'],
    [5, 'sum', 'double'],
    [6, 'quantileValues', [quantile]],
    [7, 'attributes', [keyValue]],
    [8, 'flags', 'uint32'],
  ],
  true,
)
const points = (name: string, point: Message, rest: readonly Row[] = []): Message =>
  message(name, [[1, 'dataPoints', [point]], ...rest])
const temporality: Row = [2, 'aggregationTemporality', 'enum']
const metric = message('Metric', [
  [1, 'name', 'string'],
  [2, 'description', 'string'],
  [3, 'unit', 'string'],
  [5, 'gauge', points('Gauge', numberPoint)],
  [7, 'sum', points('Sum', numberPoint, [temporality, [3, 'isMonotonic', 'bool']])],
  [9, 'histogram', points('Histogram', histogramPoint, [temporality])],
  [10, 'exponentialHistogram', points('ExponentialHistogram', exponentialPoint, [temporality])],
  [11, 'summary', points('Summary', summaryPoint)],
  [12, 'metadata', [keyValue]],
])

/** All three signals nest alike: request, resource, scope, item, under the same field numbers. */
function request(name: string, per: string, items: string, item: Message): Message {
  const scopes = message(`Scope${name}`, [
    [1, 'scope', scope],
    [2, items, [item]],
    [3, 'schemaUrl', 'string'],
  ])
  const resources = message(`Resource${name}`, [
    [1, 'resource', resource],
    [2, `scope${per}`, [scopes]],
    [3, 'schemaUrl', 'string'],
  ])
  return message(`Export${name}ServiceRequest`, [[1, `resource${per}`, [resources]]])
}

export const requestMessages: Readonly<Record<Signal, Message>> = {
  logs: request('Logs', 'Logs', 'logRecords', logRecord),
  metrics: request('Metrics', 'Metrics', 'metrics', metric),
  traces: request('Trace', 'Spans', 'spans', span),
}
