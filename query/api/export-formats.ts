import type { PickedLine } from '../log-fields.ts'

/** How lines are written to a file. */
export interface ExportFormat {
  type: string
  extension: string
  /** Columns are known beforehand. */
  begin(fields: readonly string[]): string
  line(line: PickedLine, fields: readonly string[]): string
}

/** What a table has where no fields are named. */
const usualColumns = [
  'level',
  'service',
  'host',
  'message',
  'body',
  'traceId',
  'spanId',
  'attributes',
  'resource',
]

export const exportFormats: Readonly<Record<'jsonl' | 'csv' | 'raw', ExportFormat>> = {
  /** One object a line, as /api/logs has them. */
  jsonl: {
    type: 'application/x-ndjson',
    extension: 'jsonl',
    begin: () => '',
    line: line => `${JSON.stringify(line)}\n`,
  },
  /** Source: RFC 4180. */
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    begin: fields => csvRow(columnsOf(fields)),
    line: (line, fields) => csvRow(columnsOf(fields).map(name => cell(line, name))),
  },
  /** Lines as they were written, and nothing else. */
  raw: {
    type: 'text/plain; charset=utf-8',
    extension: 'log',
    begin: () => '',
    line: ({ body = '' }) => `${body}\n`,
  },
}

function columnsOf(fields: readonly string[]): string[] {
  const columns = fields.length === 0 ? usualColumns : fields
  return [...new Set(['id', 'timestamp', ...columns])]
}

function cell(line: PickedLine, name: string): string {
  const value: unknown = Object.hasOwn(line, name) ? line[name as keyof PickedLine] : line.attributes?.[name]
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * @example
 * csvRow(['a', 'say "b"']) // => 'a,"say ""b"""\r\n'
 */
export function csvRow(cells: readonly string[]): string {
  const quoted = cells.map(one => (/[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one))
  return `${quoted.join(',')}\r\n`
}
