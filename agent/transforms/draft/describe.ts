import { levelOf } from '../../../lib/otlp/index.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor } from './attributes.ts'
import { DraftView } from './view.ts'

/** A record as people read it: texts, and only what is there. */
export interface DescribedRecord {
  body: string
  /** RFC 3339, with nanoseconds where there are any. */
  time?: string
  level?: string
  service?: string
  host?: string
  traceId?: string
  spanId?: string
  topic?: string
  tenant?: string
  attributes?: Record<string, string>
  /** Attributes of the resource beside service and host. */
  resource?: Record<string, string>
}

/** For previews and tests: costs what the hot path may not. */
export function describeDraft(draft: RecordDraft): DescribedRecord {
  const view = new DraftView()
  view.draft = draft
  const { service, host, origin, severityText } = draft
  const found: DescribedRecord = {
    body: view.line(),
    time: draft.seconds < 0 ? '' : timeOf(draft.seconds, draft.nanos),
    level: draft.hasSeverity ? levelOf(draft.severityNumber, severityText.toString()) : '',
    service: service.length > 0 ? service.toString() : origin.service,
    host: host.length > 0 ? host.toString() : origin.host,
    traceId: draft.hasTraceId ? draft.ids.toString('hex', 0, 16) : '',
    spanId: draft.hasSpanId ? draft.ids.toString('hex', 16, 24) : '',
    topic: draft.topic,
    tenant: draft.tenant,
    attributes: attributesOf(draft.attributes.bytes, draft.attributes.position),
    resource: attributesOf(origin.attributes, origin.attributes.length),
  }
  return Object.fromEntries(
    Object.entries(found).filter(([key, value]) => key === 'body' || !isEmpty(value)),
  ) as unknown as DescribedRecord
}

function isEmpty(value: string | Record<string, string>): boolean {
  return typeof value === 'string' ? value === '' : Object.keys(value).length === 0
}

function attributesOf(bytes: Buffer, end: number): Record<string, string> {
  const cursor = new AttributeCursor()
  const found: Record<string, string> = {}
  for (cursor.reset(bytes, 0, end); cursor.next(); ) found[cursor.key] = cursor.text
  return found
}

function timeOf(seconds: number, nanos: number): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, -5)
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
  return `${whole}${fraction}Z`
}
