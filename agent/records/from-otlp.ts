import {
  ItemReader,
  LogRecordReader,
  type Range,
  ValueReader,
  valueKinds,
  WireReader,
  WireWriter,
  wireBytes,
} from '../../lib/otlp/index.ts'
import type { RecordDraft } from './draft.ts'
import { RecordOrigin } from './origin.ts'

/**
 * Takes the records of an ExportLogsServiceRequest apart, one after the other, into a draft: for rules to work on what
 * was pushed as OTLP. Calls `take` for each; the draft is a view of the request until then.
 */
export function readOtlpLogs(request: Buffer, draft: RecordDraft, take: () => void): void {
  const items = new ItemReader()
  const record = new LogRecordReader()
  const value = new ValueReader()
  items.reset(request)
  let scopeNumber = 0
  while (items.next()) {
    if (items.scopeNumber !== scopeNumber) draft.origin = originOfItem(items)
    scopeNumber = items.scopeNumber
    record.read(request, items.itemStart, items.itemEnd)
    fill(draft, request, record, value)
    copyRest(draft, request, items.itemStart, items.itemEnd)
    take()
  }
}

function fill(draft: RecordDraft, request: Buffer, record: LogRecordReader, value: ValueReader): void {
  draft.clear()
  setTime(draft, record.timeLow, record.timeHigh)
  draft.setSeverity(record.severityNumber, request, record.severityText.start, record.severityText.end)
  value.read(request, record.body.start, record.body.end)
  if (value.kind === valueKinds.string) draft.setBody(request, value.start, value.end)
  else if (value.kind !== valueKinds.none) {
    draft.setBody(request, record.body.start, record.body.end)
    draft.isBodyEncoded = true
  }
  for (let i = 0; i < record.attributes.count; i++)
    draft.attributes.copy(
      6,
      request,
      record.attributes.starts[i] as number,
      record.attributes.ends[i] as number,
    )
  draft.hasTraceId = setId(draft.ids, 0, 16, request, record.traceId)
  draft.hasSpanId = setId(draft.ids, 16, 8, request, record.spanId)
}

function setTime(draft: RecordDraft, low: number, high: number): void {
  if (low === 0 && high === 0) return
  const nanos = (BigInt(high) << 32n) | BigInt(low)
  draft.seconds = Number(nanos / 1_000_000_000n)
  draft.nanos = Number(nanos % 1_000_000_000n)
}

function setId(ids: Buffer, at: number, length: number, request: Buffer, { start, end }: Range): boolean {
  if (end - start !== length) return false
  request.copy(ids, at, start, end)
  return true
}

/** Everything that the draft has no field for, with its tags: observed time, flags, event name, dropped attributes. */
function copyRest(draft: RecordDraft, request: Buffer, start: number, end: number): void {
  const reader = new WireReader(request, start, end)
  const rest = new WireWriter(64)
  for (let at = start; reader.next(); at = reader.position) {
    const { field } = reader
    reader.skip()
    if (known.has(field)) continue
    rest.ensure(reader.position - at)
    rest.position += request.copy(rest.bytes, rest.position, at, reader.position)
  }
  draft.rest.set(rest.bytes, 0, rest.position)
}

/** Fields of LogRecord that the draft has: time, severity number and text, body, attributes, ids. */
const known: ReadonlySet<number> = new Set([1, 2, 3, 5, 6, 9, 10])

/** The resource and scope that the reader stands under. */
function originOfItem(items: ItemReader): RecordOrigin {
  const { bytes, resourceAttributes } = items
  const attributes = new WireWriter(256)
  const names = { 'service.name': '', 'host.name': '' }
  for (let i = 0; i < resourceAttributes.count; i++) {
    const start = resourceAttributes.starts[i] as number
    const end = resourceAttributes.ends[i] as number
    if (!takeName(names, bytes, start, end)) attributes.copy(1, bytes, start, end)
  }
  return new RecordOrigin({
    service: names['service.name'],
    host: names['host.name'],
    attributes: attributes.finish(),
    scope: scopeOf(items),
  })
}

/** True where the KeyValue is one of the names, which then holds its text. */
function takeName(names: Record<string, string>, bytes: Buffer, start: number, end: number): boolean {
  const reader = new WireReader(bytes, start, end)
  const value = new ValueReader()
  let key = ''
  while (reader.next()) {
    if (reader.wireType !== wireBytes) {
      reader.skip()
      continue
    }
    const at = reader.content()
    if (reader.field === 1) key = bytes.toString('utf8', at, reader.position)
    else if (reader.field === 2) value.read(bytes, at, reader.position)
  }
  if (!Object.hasOwn(names, key) || value.kind !== valueKinds.string) return false
  names[key] = bytes.toString('utf8', value.start, value.end)
  return true
}

function scopeOf(items: ItemReader): Buffer {
  const { bytes, scopeName, scopeVersion, scopeAttributes, scopeSchemaUrl } = items
  const writer = new WireWriter(128)
  const scope = writer.begin(1)
  writer.copy(1, bytes, scopeName.start, scopeName.end)
  writer.copy(2, bytes, scopeVersion.start, scopeVersion.end)
  for (let i = 0; i < scopeAttributes.count; i++)
    writer.copy(3, bytes, scopeAttributes.starts[i] as number, scopeAttributes.ends[i] as number)
  writer.end(scope)
  if (scopeSchemaUrl.end > scopeSchemaUrl.start)
    writer.copy(3, bytes, scopeSchemaUrl.start, scopeSchemaUrl.end)
  return writer.finish()
}
