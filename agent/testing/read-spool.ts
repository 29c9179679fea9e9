import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders, tenantHeader } from '../../lib/ledger/index.ts'
import type { Log } from '../../lib/log/index.ts'
import { protobufToJson, type Signal } from '../../lib/otlp/index.ts'

export interface SpooledRecord {
  entry: LedgerEntry
  value: Buffer
  /** Whose it is by its header; '' where it has none. */
  tenant: string
}

/** Every record that stands in a spool log. */
export async function readSpool(log: Log): Promise<SpooledRecord[]> {
  const found: SpooledRecord[] = []
  for (let offset = log.startOffset; offset < log.stableOffset; ) {
    const slice = await log.read(offset, 1_048_576)
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next())
      for (const record of readRecords(cursor)) {
        const headers = record.headers.map(({ key, value }) => ({ key, value: String(value) }))
        const entry = readLedgerHeaders(headers)
        const tenant = headers.find(({ key }) => key === tenantHeader)?.value ?? ''
        const value = Buffer.from(record.value ?? Buffer.alloc(0))
        if (entry !== undefined) found.push({ entry, value, tenant })
      }
    offset = slice.nextOffset
  }
  return found
}

export interface Item {
  service: string
  body: string
  attributes: Record<string, unknown>
  json: Record<string, unknown>
}

interface Attribute {
  key: string
  value: Record<string, unknown>
}

interface Level {
  resource?: { attributes?: Attribute[] }
  [key: string]: unknown
}

/** The log records, metrics or spans of a request, flat. */
export function itemsOf(signal: Signal, value: Buffer): Item[] {
  const [resources, scopes, items] = {
    logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
    traces: ['resourceSpans', 'scopeSpans', 'spans'],
  }[signal] as [string, string, string]
  const json = protobufToJson(signal, value) as Level
  return ((json[resources] ?? []) as Level[]).flatMap(resource =>
    ((resource[scopes] ?? []) as Level[]).flatMap(scope =>
      ((scope[items] ?? []) as Level[]).map(item => ({
        service: String(attributesOf(resource.resource?.attributes)['service.name']),
        body: String(Object.values((item['body'] ?? {}) as object)[0] ?? ''),
        attributes: attributesOf(item['attributes'] as Attribute[] | undefined),
        json: item as Record<string, unknown>,
      })),
    ),
  )
}

function attributesOf(list: Attribute[] | undefined): Record<string, unknown> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, Object.values(value ?? {})[0]]))
}
