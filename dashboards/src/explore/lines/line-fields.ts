import type { LogLine } from '../../../../query/index.ts'

/** Of all lines, with the names by which a query asks for them. */
const ofEveryLine = ['service', 'host', 'level', 'trace_id', 'span_id'] as const
const aliases = new Set([
  ...ofEveryLine,
  'service.name',
  'service_name',
  'host.name',
  'host_name',
  'detected_level',
  'traceId',
  'spanId',
  'body',
])
/** Say where a line is from, not what happened: shown when a line is opened. */
const quiet =
  /^(?:log\.(?:file|iostream|record)|telemetry\.|process\.|os\.|k8s\.|container\.|host\.|service\.|deployment\.|cloud\.|thread\.)/

export interface Field {
  name: string
  value: string
  /** A query that names it finds this value: no other field of the line has the name. */
  isAskable: boolean
}

export function valueIn(line: LogLine, field: string): string {
  switch (field) {
    case 'service':
    case 'host':
    case 'level':
      return line[field]
    case 'trace_id':
      return line.traceId
    case 'span_id':
      return line.spanId
    default:
      return own(line.attributes, field) || own(line.resource, field) || ''
  }
}

/** All fields of a line that have a value, those of every line first. */
export function fieldsOf(line: LogLine): Field[] {
  const first = ofEveryLine.map(name => ({ name, value: valueIn(line, name), isAskable: true }))
  const resource = Object.entries(line.resource).filter(
    ([name]) => name !== 'service.name' && name !== 'host.name' && own(line.attributes, name) === undefined,
  )
  const others = [...Object.entries(line.attributes), ...resource]
  const rest = others.map(([name, value]) => ({ name, value, isAskable: !aliases.has(name) }))
  return [...first, ...rest].filter(({ value }) => value !== '')
}

/** What stands behind the message: what is not in it, and in no column. */
export function inlineFields(
  line: LogLine,
  shown: ReadonlySet<string>,
  chosen: readonly string[] = [],
): Field[] {
  if (chosen.length > 0)
    return chosen
      .map(name => ({ name, value: beginning(valueIn(line, name)), isAskable: true }))
      .filter(({ value }) => value !== '')
  return Object.entries(line.attributes)
    .filter(
      ([name, value]) =>
        value !== '' && !quiet.test(name) && !shown.has(name) && !isIn(line.message, name, value),
    )
    .map(([name, value]) => ({ name, value: beginning(value), isAskable: true }))
}

/** Of a long value, or one of several lines, what has a place on one line. */
function beginning(value: string): string {
  const end = value.indexOf('\n')
  const first = end === -1 ? value : value.slice(0, end)
  return first.length < value.length || first.length > 120 ? `${first.slice(0, 120)}…` : value
}

function isIn(message: string, name: string, value: string): boolean {
  if (value === message) return true
  return (
    message.length < 2_000 && (message.includes(`${name}=${value}`) || message.includes(`${name}="${value}"`))
  )
}

function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
