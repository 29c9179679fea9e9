import { severityOfPriority } from '../../lines/priority.ts'
import { escapeInvalidUtf8 } from '../../lines/utf8.ts'
import type { FieldsContext } from '../../records/from-fields.ts'
import type { JournalEntry } from './export-format.ts'

/** Fields that have a place of their own, or that are the journal's own business. */
const taken: ReadonlySet<string> = new Set([
  'MESSAGE',
  'PRIORITY',
  '_HOSTNAME',
  '__CURSOR',
  '__REALTIME_TIMESTAMP',
  '__MONOTONIC_TIMESTAMP',
  '__SEQNUM',
  '__SEQNUM_ID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_SOURCE_MONOTONIC_TIMESTAMP',
])

/** What the fields of a journal entry mean: systemd.journal-fields(7). */
export function recordOf(entry: JournalEntry): [Record<string, string>, FieldsContext] {
  const text = (name: string): string | undefined => {
    const value = entry.get(name)
    return value === undefined ? undefined : escapeInvalidUtf8(value).toString('utf8')
  }
  const fields: Record<string, string> = {}
  for (const name of entry.keys()) if (!taken.has(name)) fields[name] = text(name) ?? ''
  const severity = severityOfPriority(Number(text('PRIORITY') ?? Number.NaN))
  const context: FieldsContext = {
    body: text('MESSAGE') ?? '',
    time: timeOf(text('_SOURCE_REALTIME_TIMESTAMP') ?? text('__REALTIME_TIMESTAMP')),
    service: serviceOf(text('SYSLOG_IDENTIFIER'), text('_SYSTEMD_UNIT'), text('_COMM')),
    host: text('_HOSTNAME'),
    severity,
  }
  return [fields, context]
}

/** Microseconds since 1970. */
function timeOf(text: string | undefined): FieldsContext['time'] {
  const microseconds = Number(text)
  if (text === undefined || !Number.isSafeInteger(microseconds)) return undefined
  return { seconds: Math.floor(microseconds / 1e6), nanos: (microseconds % 1e6) * 1_000 }
}

/** A unit is what people look for; sessions and slices are no services. */
function serviceOf(identifier?: string, unit?: string, command?: string): string {
  if (unit?.endsWith('.service')) return unit.replace(/(@.*)?\.service$/, '')
  return identifier ?? command ?? 'journald'
}
