import type { ClickHouseClient } from '@clickhouse/client'
import { checksum, type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import { type LedgerEntry, ledgerHeaders, originalKey } from '../../lib/ledger/index.ts'
import { nanosOfMs, type OtlpValue, writeLogsRequest } from '../../lib/otlp/index.ts'
import { insertNative } from '../../store/index.ts'
import { RangeBlocks } from '../range/blocks.ts'
import { fillRange } from '../range/fill.ts'
import { RecordQueue } from '../range/record-queue.ts'
import { type BlockSettings, defaultSettings } from '../range/settings.ts'

/** A row as a file source sends it: the line, and its bytes in the file where they are not the line and LF. */
export interface SentLine {
  body: string
  original?: OtlpValue
  attributes?: Record<string, OtlpValue>
}

export interface SentFile {
  agent: string
  source: string
  generation: string
  service: string
  timeMs: number
}

/** A record of a file's lines as an agent sends it: the bytes from `from` on, with the ledger in its headers. */
export function sentRecord(
  file: SentFile,
  from: number,
  lines: readonly SentLine[],
  more: Partial<LedgerEntry> = {},
): RecordInput {
  const { agent, source, generation, service, timeMs } = file
  const bytes = Buffer.concat(lines.map(originalOf))
  const entry: LedgerEntry = {
    agent,
    source,
    generation,
    from,
    to: from + bytes.length,
    lines: lines.length,
    dropped: {},
    crc32c: checksum(bytes, 0, bytes.length),
    services: [{ service, lines: lines.length }],
    ...more,
  }
  const value = writeLogsRequest(
    { resource: { 'service.name': service }, scope: 's' },
    lines.map(({ body, original, attributes }) => ({
      time: nanosOfMs(timeMs),
      observed: nanosOfMs(timeMs),
      severityNumber: 9,
      severityText: 'INFO',
      body,
      attributes: {
        ...attributes,
        'log.file.path': source,
        ...(original === undefined ? {} : { [originalKey]: original }),
      },
    })),
  )
  const headers = ledgerHeaders(entry).map(header => ({ key: header.key, value: Buffer.from(header.value) }))
  return { key: null, value, timestampMs: timeMs, headers }
}

export function originalOf({ body, original }: SentLine): Buffer {
  if (original === undefined) return Buffer.from(`${body}\n`)
  return Buffer.isBuffer(original) ? original : Buffer.from(String(original))
}

/** Takes records in as the aggregator does, as one range from an offset on. */
export async function takeIn(
  client: ClickHouseClient,
  topic: string,
  records: readonly RecordInput[],
  baseOffset: number,
  token: string,
  settings: BlockSettings = defaultSettings,
): Promise<void> {
  const queue = new RecordQueue(baseOffset)
  queue.push(writeBatch(records, { baseOffset, compression: 'none' }))
  const blocks = new RangeBlocks('logs', settings)
  const range = { to: baseOffset, records: 0, letters: [], letterBytes: 0 }
  const limits = { maxRows: 1e6, maxBytes: 1e9, to: undefined }
  await fillRange(queue, blocks, { topic, partition: 0 }, limits, range)
  const taken = { topic, topicId: topic, partition: 0, from: baseOffset, to: range.to }
  for (const block of blocks.finish(taken))
    await insertNative(client, block.table, block.pieces, `${token} ${block.table}`)
}
