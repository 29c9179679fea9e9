import { OperatingError } from '../base/index.ts'
import { type LedgerGap, readGaps, readServices, type ServiceRun, writeGaps, writeServices } from './gaps.ts'

/** Which bytes of which source one record carries: the ledger's unit. `from` and `to` are half open. */
export interface LedgerEntry {
  agent: string
  /** Stable name of the source: the file's path, or the listener (`otlp`, `forward`, `hostmetrics`). */
  source: string
  /** Which incarnation of the file; changes on rotation and truncation. Push sources: the agent's start. */
  generation: string
  /** Byte range in the file, or a running count of requests for push sources. */
  from: number
  to: number
  /** Log records (data points, spans) in the Kafka record. */
  lines: number
  /** What is missing of the range: records by the rule that dropped them, bytes or records by a built-in reason. */
  dropped: Readonly<Record<string, number>>
  /**
   * CRC-32C over the originals of the rows, in order: `log.record.original` where a row has it, else its body and one line
   * feed. Without gaps that is the checksum of the source's bytes of the range. Sources of files alone have it.
   */
  crc32c?: number | undefined
  /** Of the rows, in order. */
  services?: readonly ServiceRun[] | undefined
  /** Where bytes of the range are in no row, or in a row that a rule changed; in order. */
  gaps?: readonly LedgerGap[] | undefined
}

/** The attribute with a row's bytes as its source had them, where they are not its body and a line feed. Source: OpenTelemetry's semantic conventions. */
export const originalKey = 'log.record.original'

export interface LedgerHeader {
  key: string
  value: string
}

export const ledgerSchema = '1'
/** Beside the ledger's headers: where a source that is followed by a cursor goes on. */
export const cursorKey = 'millrace.cursor'
/** Beside the ledger's headers: which request of a sender brought the record, so that it is known when it comes again. */
export const requestHeader = 'millrace.request'
const prefix = 'millrace.'
/** Which agent sent the record. */
export const agentHeader = `${prefix}agent`

/** The record headers of one entry, in a fixed order. */
export function ledgerHeaders(entry: LedgerEntry): LedgerHeader[] {
  const dropped = Object.entries(entry.dropped).map(([rule, count]) => `${rule}=${count}`)
  return [
    { key: `${prefix}agent`, value: entry.agent },
    { key: `${prefix}source`, value: entry.source },
    { key: `${prefix}generation`, value: entry.generation },
    { key: `${prefix}from`, value: String(entry.from) },
    { key: `${prefix}to`, value: String(entry.to) },
    { key: `${prefix}lines`, value: String(entry.lines) },
    { key: `${prefix}dropped`, value: dropped.join(',') },
    { key: `${prefix}schema`, value: ledgerSchema },
    ...proofHeaders(entry),
  ]
}

function proofHeaders({ crc32c, services, gaps }: LedgerEntry): LedgerHeader[] {
  const headers: LedgerHeader[] = []
  if (crc32c !== undefined)
    headers.push({ key: `${prefix}crc32c`, value: crc32c.toString(16).padStart(8, '0') })
  if (services !== undefined) headers.push({ key: `${prefix}services`, value: writeServices(services) })
  if (gaps !== undefined && gaps.length > 0) headers.push({ key: `${prefix}gaps`, value: writeGaps(gaps) })
  return headers
}

/** Reads the entry back; undefined for a record that did not come from an agent. Errors: LEDGER_INVALID. */
export function readLedgerHeaders(headers: Iterable<LedgerHeader>): LedgerEntry | undefined {
  const found = new Map<string, string>()
  for (const { key, value } of headers) if (key.startsWith(prefix)) found.set(key.slice(prefix.length), value)
  const agent = found.get('agent')
  if (agent === undefined) return undefined
  if (found.get('schema') !== ledgerSchema)
    throw new OperatingError(
      'LEDGER_INVALID',
      `ledger schema ${found.get('schema')} is not known, expected ${ledgerSchema}`,
    )
  return {
    agent,
    source: found.get('source') ?? '',
    generation: found.get('generation') ?? '',
    from: whole(found, 'from'),
    to: whole(found, 'to'),
    lines: whole(found, 'lines'),
    dropped: readDropped(found.get('dropped') ?? ''),
    crc32c: proof(found, 'crc32c', readCrc),
    services: proof(found, 'services', readServices),
    gaps: proof(found, 'gaps', readGaps),
  }
}

/** Undefined where the header is missing. */
function proof<T>(
  found: Map<string, string>,
  key: string,
  read: (text: string) => T | undefined,
): T | undefined {
  const text = found.get(key)
  if (text === undefined) return undefined
  const value = read(text)
  if (value === undefined)
    throw new OperatingError(
      'LEDGER_INVALID',
      `ledger header ${prefix}${key} cannot be read: '${text.slice(0, 80)}'`,
    )
  return value
}

function readCrc(text: string): number | undefined {
  return /^[0-9a-f]{8}$/.test(text) ? Number.parseInt(text, 16) : undefined
}

function whole(found: Map<string, string>, key: string): number {
  const value = Number(found.get(key))
  if (!Number.isSafeInteger(value) || value < 0)
    throw new OperatingError(
      'LEDGER_INVALID',
      `ledger header ${prefix}${key} is '${found.get(key)}', expected a whole number`,
    )
  return value
}

function readDropped(text: string): Record<string, number> {
  const dropped: Record<string, number> = {}
  for (const pair of text.split(',')) {
    const at = pair.lastIndexOf('=')
    if (at > 0) dropped[pair.slice(0, at)] = Number(pair.slice(at + 1))
  }
  return dropped
}

/** Whose all of the record is, where the agent knows: by the token or key that its sender showed. */
export const tenantHeader = 'millrace.tenant'
