import { OperatingError } from '../base/index.ts'

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
}

export interface LedgerHeader {
  key: string
  value: string
}

export const ledgerSchema = '1'
/** Beside the ledger's headers: where a source that is followed by a cursor goes on. */
export const cursorKey = 'millrace.cursor'
const prefix = 'millrace.'

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
  ]
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
  }
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
