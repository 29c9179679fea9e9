import type { LogLine } from '../../../query/index.ts'
import { printable, printableLines } from '../../printable.ts'
import { toCsvLine } from '../../terminal/csv.ts'
import type { Fold } from '../../terminal/fold.ts'
import { toJsonLine } from '../../terminal/output.ts'
import { type Paint, styleOfLevel } from '../../terminal/paint.ts'
import { msOf } from '../../time-range.ts'

export const lineForms = ['text', 'json', 'csv', 'logfmt', 'raw'] as const
export type LineForm = (typeof lineForms)[number]

export interface LinePrinter {
  /** What stands above the lines; '' for nothing. */
  head: string
  line(line: LogLine): string
}

const usualFields = ['level', 'service', 'host', 'message']

/** How lines are written. `fields` are those asked for; none means the usual ones. */
export function printerOf(
  form: LineForm,
  style: { fields: readonly string[]; paint: Paint; fold: Fold },
): LinePrinter {
  const { fields } = style
  const columns = fields.length === 0 ? usualFields : fields
  switch (form) {
    case 'raw':
      return { head: '', line: ({ body }) => `${body}\n` }
    case 'json':
      return { head: '', line: line => `${toJsonLine(fields.length === 0 ? line : picked(line, fields))}\n` }
    case 'csv':
      return {
        head: toCsvLine(['time', ...columns]),
        line: line => toCsvLine([timeOf(line), ...columns.map(name => fieldOf(line, name))]),
      }
    case 'logfmt':
      return { head: '', line: line => `${logfmt(line, fields)}\n` }
    case 'text':
      return {
        head: '',
        line: line => (fields.length === 0 ? text(line, style) : textOfFields(line, fields, style)),
      }
  }
}

function timeOf({ timestamp }: LogLine): string {
  const fraction = timestamp.padStart(9, '0').slice(-9)
  return new Date(msOf(timestamp)).toISOString().replace(/\.\d+/, `.${fraction}`)
}

/** What is printed: where fields were chosen a line has only those. */
type PickedLine = Pick<LogLine, 'id' | 'timestamp'> & Partial<LogLine>

/** A field of a line by the name that queries have for it; undefined where it has none. */
export function fieldOf(line: PickedLine, name: string): string | undefined {
  const own = (line as unknown as Record<string, unknown>)[name]
  return typeof own === 'string' ? own : (line.attributes?.[name] ?? line.resource?.[name])
}

function picked(line: LogLine, fields: readonly string[]): object {
  const found = fields.map(name => [name, fieldOf(line, name) ?? null] as const)
  return { id: line.id, timestamp: line.timestamp, ...Object.fromEntries(found) }
}

interface TextStyle {
  paint: Paint
  fold: Fold
}

function text(line: LogLine, { paint, fold }: TextStyle): string {
  const level = paint((line.level === 'unknown' ? '-' : line.level).padEnd(5), styleOfLevel(line.level))
  const place = [line.host, line.service].filter(part => part !== '').map(printable)
  const head = `${paint(shortTimeOf(line), 'dim')} ${level} ${paint(place.join(' '), 'name')}`
  return `${head}  ${fold(line.message, printableLines)}\n`
}

/** In text a millisecond is enough. */
function shortTimeOf({ timestamp }: LogLine): string {
  return new Date(msOf(timestamp)).toISOString()
}

function textOfFields(line: LogLine, fields: readonly string[], { paint, fold }: TextStyle): string {
  const values = fields.map(name => {
    const value = fieldOf(line, name)
    if (value === undefined || value === '') return paint('-', 'dim')
    if (name === 'level') return paint(printable(value), styleOfLevel(value))
    return fold(value, name === 'message' || name === 'body' ? printableLines : printable)
  })
  return `${paint(shortTimeOf(line), 'dim')} ${values.join('  ')}\n`
}

function logfmt(line: LogLine, fields: readonly string[]): string {
  const all = ['level', 'service', 'host', 'message', 'traceId', 'spanId']
  const pairs =
    fields.length === 0
      ? [...all.map(name => [name, fieldOf(line, name)] as const), ...Object.entries(line.attributes)]
      : fields.map(name => [name, fieldOf(line, name)] as const)
  const shown = pairs.filter(([, value]) => value !== undefined && value !== '')
  return [['time', timeOf(line)] as const, ...shown]
    .map(([name, value]) => `${name.replaceAll(/[\s="]/g, '_')}=${logfmtValue(value ?? '')}`)
    .join(' ')
}

/** Quoted where it has to be; inside quotes characters that a terminal would obey are escaped, as Go's strconv.Quote does. */
function logfmtValue(value: string): string {
  const isPlain = value !== '' && /^[^\s"=\\]+$/.test(value) && printable(value) === value
  return isPlain ? value : toJsonLine(value)
}
