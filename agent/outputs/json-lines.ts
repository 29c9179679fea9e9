import { decodeLogs, protobufToJson } from '../../lib/otlp/index.ts'
import type { OutputRecord } from './output.ts'

/** A log record a line, as `millrace logs --json` shows it; metrics and traces as OTLP/JSON, a request a line. */
export function linesOf(records: readonly OutputRecord[], nowMs: number): string {
  return records.flatMap(record => jsonOf(record, nowMs)).join('')
}

function jsonOf({ signal, value }: OutputRecord, nowMs: number): string[] {
  if (signal !== 'logs') return [`${JSON.stringify(protobufToJson(signal, value))}\n`]
  return [...decodeLogs(value, nowMs)].map(log => {
    const { timestamp, body, level, service, host, attributes, traceId, spanId } = log
    const { 'service.name': _, 'host.name': __, ...others } = log.resource
    const resource = Object.keys(others).length === 0 ? {} : { resource: others }
    const ids = { ...(traceId === '' ? {} : { traceId }), ...(spanId === '' ? {} : { spanId }) }
    const record = {
      timestamp: String(timestamp),
      body,
      level,
      service,
      host,
      attributes,
      ...resource,
      ...ids,
    }
    return `${JSON.stringify(record)}\n`
  })
}
