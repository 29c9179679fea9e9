import { type Level, levelOf } from './level.ts'
import { ItemReader, type Ranges } from './read-items.ts'
import { LogRecordReader } from './read-logs.ts'
import { KeyValueReader, valueText } from './read-value.ts'

/** A log record as an object, for those who look at a few: the aggregator's path makes no objects. */
export interface DecodedLog {
  /** Place among the records of the request. */
  index: number
  /** Nanoseconds since 1970: the record's own time, else when it was observed, else the fallback. */
  timestamp: bigint
  body: string
  severityNumber: number
  severityText: string
  level: Level
  service: string
  host: string
  resource: Record<string, string>
  attributes: Record<string, string>
  scope: string
  scopeVersion: string
  /** Hexadecimal, '' where absent. */
  traceId: string
  spanId: string
}

/** Decodes an ExportLogsServiceRequest. Invalid protobuf throws a WireError. */
export function* decodeLogs(request: Buffer, fallbackMs: number): Iterable<DecodedLog> {
  const items = new ItemReader()
  const record = new LogRecordReader()
  items.reset(request)
  let resourceNumber = 0
  let resource: Record<string, string> = {}
  for (let index = 0; items.next(); index++) {
    if (items.resourceNumber !== resourceNumber) {
      resource = decodeAttributes(request, items.resourceAttributes)
      resourceNumber = items.resourceNumber
    }
    record.read(request, items.itemStart, items.itemEnd)
    const severityText = record.severityText.text(request)
    yield {
      index,
      timestamp: timeOf(record, fallbackMs),
      body: valueText(request, record.body.start, record.body.end),
      severityNumber: record.severityNumber,
      severityText,
      level: levelOf(record.severityNumber, severityText),
      service: resource['service.name'] ?? '',
      host: resource['host.name'] ?? '',
      resource,
      attributes: decodeAttributes(request, record.attributes),
      scope: items.scopeName.text(request),
      scopeVersion: items.scopeVersion.text(request),
      traceId: request.toString('hex', record.traceId.start, record.traceId.end),
      spanId: request.toString('hex', record.spanId.start, record.spanId.end),
    }
  }
}

/** KeyValues as an object; values as text, see valueText. */
export function decodeAttributes(bytes: Buffer, ranges: Ranges): Record<string, string> {
  const found: Record<string, string> = {}
  const entry = new KeyValueReader()
  for (let i = 0; i < ranges.count; i++) {
    entry.read(bytes, ranges.starts[i] as number, ranges.ends[i] as number)
    const key = bytes.toString('utf8', entry.keyStart, entry.keyEnd)
    found[key] = valueText(bytes, entry.valueStart, entry.valueEnd)
  }
  return found
}

function timeOf(record: LogRecordReader, fallbackMs: number): bigint {
  const time = (BigInt(record.timeHigh) << 32n) | BigInt(record.timeLow)
  if (isPlausibleTime(record.timeHigh)) return time
  if (isPlausibleTime(record.observedHigh))
    return (BigInt(record.observedHigh) << 32n) | BigInt(record.observedLow)
  return BigInt(Math.max(0, fallbackMs)) * 1_000_000n
}

/**
 * True for times that a DateTime can hold: from some seconds after 1970 (0 means unset) to 2106. By the high half of the
 * nanoseconds.
 */
export function isPlausibleTime(high: number): boolean {
  return high > 0 && high < 0x3b9a_ca00
}
