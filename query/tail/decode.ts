import { decodeLogs, logMessage } from '../../lib/otlp/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { formatPosition } from '../cursor.ts'

export interface Origin {
  topic: string
  partition: number
  offset: number
  /** Time of the Kafka record: what a line without any time of its own gets. */
  recordTimeMs: number
}

/** The lines of one record of the logs topic as the API shows them, the same as their rows will. Throws WireError. */
export function decodeLines(value: Buffer, { topic, partition, offset, recordTimeMs }: Origin): LogLine[] {
  return Array.from(decodeLogs(value, recordTimeMs), log => {
    const {
      index,
      timestamp,
      body,
      level,
      severityText,
      service,
      host,
      resource,
      attributes,
      traceId,
      spanId,
    } = log
    return {
      id: formatPosition({ timestampNs: timestamp, partition, offset: BigInt(offset), index }),
      timestamp: String(timestamp),
      body,
      message: logMessage(attributes, body),
      level,
      severity: severityText,
      service,
      host,
      resource,
      attributes,
      traceId,
      spanId,
      source: { topic, partition, offset: String(offset), index },
    }
  })
}
