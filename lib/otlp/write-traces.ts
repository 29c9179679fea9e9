import { type Nanos, writeTime } from './time.ts'
import { WireWriter, wireVarint } from './wire.ts'
import { writeId } from './write-logs.ts'
import { beginRequest, endRequest, type Origin } from './write-request.ts'
import { type OtlpAttributes, writeAttributes } from './write-value.ts'

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export const spanKinds: readonly SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer']

export interface SpanInput {
  /** 32 and 16 hexadecimal digits. */
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: SpanKind
  start: Nanos
  end: Nanos
  attributes: OtlpAttributes
  status: 'unset' | 'ok' | 'error'
  statusMessage?: string
}

/** An ExportTraceServiceRequest of one resource. */
export function writeTracesRequest(origin: Origin, spans: Iterable<SpanInput>): Buffer {
  const writer = new WireWriter(4096)
  const open = beginRequest(writer, origin)
  for (const span of spans) writeSpan(writer, span)
  endRequest(writer, open)
  return writer.finish()
}

function writeSpan(writer: WireWriter, span: SpanInput): void {
  const start = writer.begin(2)
  writeId(writer, 1, span.traceId)
  writeId(writer, 2, span.spanId)
  writeId(writer, 4, span.parentSpanId)
  writer.string(5, span.name)
  writer.tag(6, wireVarint)
  writer.varint(spanKinds.indexOf(span.kind) + 1)
  writeTime(writer, 7, span.start.seconds, span.start.nanos)
  writeTime(writer, 8, span.end.seconds, span.end.nanos)
  writeAttributes(writer, 9, span.attributes)
  if (span.status !== 'unset') {
    const status = writer.begin(15)
    if (span.statusMessage !== undefined) writer.string(2, span.statusMessage)
    writer.tag(3, wireVarint)
    writer.varint(span.status === 'ok' ? 1 : 2)
    writer.end(status)
  }
  writer.end(start)
}
