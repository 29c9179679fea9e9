import { decodeLogs, logMessage } from '../../lib/otlp/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { formatPosition } from '../cursor.ts'
import { lineScope } from '../line-scope.ts'

export interface Origin {
  topic: string
  partition: number
  offset: number
  /** Time of the Kafka record: what a line without any time of its own gets. */
  recordTimeMs: number
  /** Whose all of the record is; '' where its resources may say so. */
  recordTenant: string
  /** Whose it is where nothing says so. */
  tenant: string
}

/** A line of the topic, and whose it is. */
export interface TailLine {
  tenant: string
  line: LogLine
}

/** Resource attribute by which a record's tenant travels: as the aggregator reads it. */
const tenantAttribute = 'millrace.tenant'

/** The lines of one record of the logs topic as the API shows them, the same as their rows will. Throws WireError. */
export function decodeLines(value: Buffer, origin: Origin): TailLine[] {
  const { topic, partition, offset, recordTimeMs, recordTenant, tenant } = origin
  return Array.from(decodeLogs(value, recordTimeMs), log => {
    const { index, timestamp, body, level, severityText, service, host, resource, attributes } = log
    const line: LogLine = {
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
      ...lineScope(log),
      traceId: log.traceId,
      spanId: log.spanId,
      source: { topic, partition, offset: String(offset), index },
    }
    return { tenant: recordTenant || resource[tenantAttribute] || tenant, line }
  })
}
