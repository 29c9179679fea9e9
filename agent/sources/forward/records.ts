import { type LogRecordInput, type Nanos, type OtlpValue, writeLogsRequest } from '../../../lib/otlp/index.ts'
import { fieldRoles, roleBody, roleLevel, roleSpanId, roleTraceId } from '../../lines/roles.ts'
import { severityOfNumber, severityWords } from '../../lines/severity.ts'
import { escapeInvalidUtf8 } from '../../lines/utf8.ts'
import { maxValueBytes } from '../../spool/lane.ts'
import type { IntakeRequest } from '../intake.ts'
import type { ForwardEvent, ForwardMessage } from './message.ts'

const serviceKeys = ['service.name', 'service_name', 'service']
/** Rough bytes of events that go into one OTLP request. */
const requestBytes = 500_000
/** The text of one field; the rest is cut with a mark, as of a long line. */
const maxTextBytes = 400_000

/** Turns the events of a message into OTLP requests, one per service. */
export function requestsOf(message: ForwardMessage, observed: Nanos): IntakeRequest[] {
  const byService = Map.groupBy(message.events, event => serviceOf(event, message.tag))
  const requests: IntakeRequest[] = []
  for (const [service, events] of byService) {
    const origin = { resource: { 'service.name': service }, scope: 'millrace.forward' }
    for (const part of parts(events)) {
      const records = part.map(event => logRecordOf(event, message.tag, observed))
      const value = writeLogsRequest(origin, records)
      if (value.length <= maxValueBytes || part.length === 1)
        requests.push({ signal: 'logs', value, lines: part.length })
      else for (const event of part) requests.push(...requestsOf({ ...message, events: [event] }, observed))
    }
  }
  return requests
}

/** Events in groups of about `requestBytes`; how large they are is guessed from their shape. */
function* parts(events: readonly ForwardEvent[]): Iterable<ForwardEvent[]> {
  let part: ForwardEvent[] = []
  let bytes = 0
  for (const event of events) {
    const size = roughSize(event.record)
    if (part.length > 0 && bytes + size > requestBytes) {
      yield part
      part = []
      bytes = 0
    }
    part.push(event)
    bytes += size
  }
  if (part.length > 0) yield part
}

function roughSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 8
  if (value instanceof Uint8Array) return value.length + 8
  if (typeof value !== 'object' || value === null) return 16
  let size = 8
  for (const [key, member] of Object.entries(value)) size += key.length + 8 + roughSize(member)
  return size
}

function serviceOf(event: ForwardEvent, tag: string): string {
  for (const key of serviceKeys) {
    const value = event.record[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return tag
}

function logRecordOf(event: ForwardEvent, tag: string, observed: Nanos): LogRecordInput {
  const attributes: Record<string, OtlpValue> = { 'fluent.tag': tag }
  const record: LogRecordInput = {
    time: event.time,
    observed,
    severityNumber: 0,
    severityText: '',
    body: '',
    attributes,
  }
  let hasBody = false
  for (const [key, raw] of Object.entries(event.record)) {
    const value = otlpValueOf(raw, 0)
    if (value === undefined || (serviceKeys.includes(key) && value !== '')) continue
    const role = roleOf(key)
    if (role === roleBody && !hasBody && typeof value === 'string') {
      record.body = value.endsWith('\n') ? value.slice(0, -1) : value
      hasBody = true
    } else if (!takeRole(record, role, value)) attributes[key] = value
  }
  // without a message the whole record is what there is to read
  if (!hasBody) record.body = limited(JSON.stringify(otlpValueOf(event.record, 0)))
  return record
}

function roleOf(key: string): number | undefined {
  const bytes = Buffer.from(key)
  return fieldRoles.find(bytes, 0, bytes.length)
}

function takeRole(record: LogRecordInput, role: number | undefined, value: OtlpValue): boolean {
  if (role === roleLevel) return takeLevel(record, value)
  if (typeof value !== 'string') return false
  if (role === roleTraceId && /^[0-9a-f]{32}$/i.test(value)) record.traceId = value
  else if (role === roleSpanId && /^[0-9a-f]{16}$/i.test(value)) record.spanId = value
  else return false
  return true
}

function takeLevel(record: LogRecordInput, value: OtlpValue): boolean {
  if (record.severityText !== '' || record.severityNumber > 0) return false
  if (typeof value === 'number') record.severityNumber = severityOfNumber(value)
  if (typeof value !== 'string') return record.severityNumber > 0
  const bytes = Buffer.from(value)
  record.severityNumber = severityWords.find(bytes, 0, bytes.length) ?? 0
  record.severityText = value
  return true
}

/** Undefined for nil. Bytes are text in what fluent senders log. */
function otlpValueOf(value: unknown, depth: number): OtlpValue | undefined {
  if (typeof value === 'string') return limited(value.toWellFormed())
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return limited(escapeInvalidUtf8(Buffer.from(value)).toString('utf8'))
  if (typeof value !== 'object' || value === null || depth > 16) return undefined
  if (Array.isArray(value)) return value.map(item => otlpValueOf(item, depth + 1) ?? '')
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, otlpValueOf(member, depth + 1)] as const),
  )
}

function limited(text: string): string {
  return text.length <= maxTextBytes ? text : `${text.slice(0, maxTextBytes)} …[cut by millrace]`
}
