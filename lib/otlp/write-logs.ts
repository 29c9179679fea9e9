import { type Nanos, writeTime } from './time.ts'
import { WireWriter, wireVarint } from './wire.ts'
import { beginRequest, endRequest, type Origin } from './write-request.ts'
import { type OtlpAttributes, type OtlpValue, writeAnyValue, writeAttributes } from './write-value.ts'

export interface LogRecordInput {
  time: Nanos
  observed: Nanos
  /** OpenTelemetry's severity number, 1 to 24; 0 where unknown. */
  severityNumber: number
  severityText: string
  body: OtlpValue
  attributes: OtlpAttributes
  /** 32 and 16 hexadecimal digits. */
  traceId?: string
  spanId?: string
}

/** An ExportLogsServiceRequest of one resource. For a few records at a time: the file source has a path of its own. */
export function writeLogsRequest(origin: Origin, records: Iterable<LogRecordInput>): Buffer {
  const writer = new WireWriter(4096)
  const open = beginRequest(writer, origin)
  for (const record of records) writeLogRecord(writer, record)
  endRequest(writer, open)
  return writer.finish()
}

/** Writes one record into a request opened with `beginRequest`. */
export function writeLogRecord(writer: WireWriter, record: LogRecordInput): void {
  const start = writer.begin(2)
  writeTime(writer, 1, record.time.seconds, record.time.nanos)
  writeTime(writer, 11, record.observed.seconds, record.observed.nanos)
  if (record.severityNumber > 0) {
    writer.tag(2, wireVarint)
    writer.varint(record.severityNumber)
  }
  if (record.severityText !== '') writer.string(3, record.severityText)
  const body = writer.begin(5)
  writeAnyValue(writer, record.body)
  writer.end(body)
  writeAttributes(writer, 6, record.attributes)
  writeId(writer, 9, record.traceId)
  writeId(writer, 10, record.spanId)
  writer.end(start)
}

/** A trace or span id given in hexadecimal. */
export function writeId(writer: WireWriter, field: number, hex: string | undefined): void {
  if (hex === undefined || hex === '') return
  const bytes = Buffer.from(hex, 'hex')
  writer.copy(field, bytes, 0, bytes.length)
}
