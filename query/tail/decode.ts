import { levelOf, type OtlpJson, protobufToJson } from '../../lib/otlp/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { formatPosition } from '../cursor.ts'

type Json = { [name: string]: OtlpJson }

export interface Origin {
  topic: string
  partition: number
  offset: number
  /** Time of the Kafka record: what a line without any time of its own gets. */
  recordTimeMs: number
}

/** The lines of one record of the logs topic, as the API shows them. Throws WireError. */
export function decodeLines(value: Buffer, origin: Origin): LogLine[] {
  const lines: LogLine[] = []
  const request = protobufToJson('logs', value) as Json
  for (const resourceLogs of list(request['resourceLogs'])) {
    const resource = attributesOf(object(resourceLogs['resource'])['attributes'])
    for (const scopeLogs of list(resourceLogs['scopeLogs']))
      for (const record of list(scopeLogs['logRecords']))
        lines.push(toLine(record, resource, origin, lines.length))
  }
  return lines
}

function toLine(record: Json, resource: Record<string, string>, origin: Origin, index: number): LogLine {
  const timestampNs = timeOf(record, origin)
  const severity = text(record['severityText'])
  const position = { timestampNs, partition: origin.partition, offset: BigInt(origin.offset), index }
  return {
    id: formatPosition(position),
    timestamp: String(timestampNs),
    body: valueText(object(record['body'])),
    level: levelOf(Number(record['severityNumber'] ?? 0), severity),
    severity,
    service: resource['service.name'] ?? '',
    host: resource['host.name'] ?? '',
    resource,
    attributes: attributesOf(record['attributes']),
    traceId: text(record['traceId']),
    spanId: text(record['spanId']),
    source: { topic: origin.topic, partition: origin.partition, offset: String(origin.offset), index },
  }
}

function timeOf(record: Json, origin: Origin): bigint {
  const own = BigInt(text(record['timeUnixNano']) || '0')
  const observed = BigInt(text(record['observedTimeUnixNano']) || '0')
  return own || observed || BigInt(origin.recordTimeMs) * 1_000_000n
}

function attributesOf(pairs: OtlpJson | undefined): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const pair of list(pairs)) attributes[text(pair['key'])] = valueText(object(pair['value']))
  return attributes
}

/** An AnyValue as text: strings as they are, arrays and maps as JSON. */
function valueText(value: Json): string {
  const plain = plainValue(value)
  if (plain === undefined) return ''
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

function plainValue(value: Json): unknown {
  const [kind, content] = Object.entries(value)[0] ?? []
  if (kind === undefined || content === undefined) return undefined
  if (kind === 'intValue') return Number.isSafeInteger(Number(content)) ? Number(content) : String(content)
  if (kind === 'arrayValue') return list(object(content)['values']).map(plainValue)
  if (kind !== 'kvlistValue') return content
  const pairs = list(object(content)['values'])
  return Object.fromEntries(pairs.map(pair => [text(pair['key']), plainValue(object(pair['value']))]))
}

function list(value: OtlpJson | undefined): Json[] {
  return Array.isArray(value) ? (value as Json[]) : []
}

function object(value: OtlpJson | undefined): Json {
  return typeof value === 'object' && !Array.isArray(value) ? value : {}
}

function text(value: OtlpJson | undefined): string {
  return typeof value === 'string' ? value : ''
}
