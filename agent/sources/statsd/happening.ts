import type { FieldsContext } from '../../records/from-fields.ts'
import { tagsOf } from './tags.ts'

/** An event or the outcome of a check, which DogStatsD sends beside metrics: a log record. */
export interface Happening {
  fields: Readonly<Record<string, string>>
  context: FieldsContext
}

const eventHead = /^_e\{(\d+),(\d+)\}:/
const checkHead = /^_sc\|([^|]+)\|([0-3])(?:\||$)/
const severityOfAlert: Readonly<Record<string, number>> = { info: 9, success: 9, warning: 13, error: 17 }
const statuses = [
  { text: 'ok', number: 9 },
  { text: 'warning', number: 13 },
  { text: 'critical', number: 17 },
  { text: 'unknown', number: 13 },
] as const
/** What parts are called by their first letters, and that of events which tells the level. */
const eventParts: Readonly<Record<string, string>> = {
  h: 'host',
  k: 'aggregation_key',
  p: 'event_priority',
  s: 'source_type_name',
  t: 'alert_type',
}

/**
 * Reads an event, `_e{TITLE_LENGTH,TEXT_LENGTH}:TITLE|TEXT|d:SECONDS|h:HOST|k:KEY|p:low|s:SOURCE|t:error|#TAGS`, or a service check,
 * `_sc|NAME|STATUS|d:SECONDS|h:HOST|#TAGS|m:MESSAGE`. Undefined for what is neither.
 * Source: https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/
 *
 * @example
 * readHappening('_sc|redis|2|m:no answer')?.context.body // => 'no answer'
 */
export function readHappening(line: string): Happening | undefined {
  if (line.startsWith('_e{')) return readEvent(line)
  return line.startsWith('_sc|') ? readCheck(line) : undefined
}

/** Lengths are of bytes in UTF-8; clients that count letters are understood too. */
function readEvent(line: string): Happening | undefined {
  const found = eventHead.exec(line)
  if (found === null) return undefined
  const [head, titleLength, textLength] = [found[0], Number(found[1]), Number(found[2])]
  const rest = line.slice(head.length)
  const parted =
    partEvent(Buffer.from(rest), titleLength, textLength) ?? partEvent(rest, titleLength, textLength)
  if (parted === undefined) return undefined
  const { title, text, parts } = parted
  const { tags, known, seconds } = readParts(parts)
  const named = Object.entries(eventParts).flatMap(([letter, name]) => {
    const value = known.get(letter)
    return value === undefined ? [] : [[name, value] as const]
  })
  const alert = known.get('t') ?? 'info'
  return {
    fields: { 'event.title': title, ...Object.fromEntries(named), ...tags },
    context: {
      body: [title, withBreaks(text)].filter(part => part !== '').join('\n'),
      severity: { number: severityOfAlert[alert] ?? 9, text: alert },
      ...seconds,
    },
  }
}

function partEvent<T extends Buffer | string>(rest: T, titleLength: number, textLength: number) {
  const end = titleLength + 1 + textLength
  const slice = (from: number, to?: number) => rest.slice(from, to).toString()
  if (end > rest.length || slice(titleLength, titleLength + 1) !== '|') return undefined
  const after = slice(end)
  if (after !== '' && !after.startsWith('|')) return undefined
  return { title: slice(0, titleLength), text: slice(titleLength + 1, end), parts: after.slice(1) }
}

function readCheck(line: string): Happening | undefined {
  const found = checkHead.exec(line)
  const status = statuses[Number(found?.[2])]
  if (found === null || status === undefined) return undefined
  const name = found[1] as string
  const rest = line.slice(found[0].length)
  // the message is the last part, and may hold bars
  const at = rest.startsWith('m:') ? 0 : rest.indexOf('|m:') + 1
  const hasMessage = at > 0 || rest.startsWith('m:')
  const { tags, known, seconds } = readParts(hasMessage ? rest.slice(0, Math.max(0, at - 1)) : rest)
  const host = known.get('h')
  return {
    fields: {
      'check.name': name,
      'check.status': status.text,
      ...(host === undefined ? {} : { host }),
      ...tags,
    },
    context: {
      body: hasMessage
        ? withBreaks(rest.slice(at + 2).replaceAll('m\\:', 'm:'))
        : `${name} is ${status.text}`,
      severity: status,
      ...seconds,
    },
  }
}

function readParts(text: string) {
  const parts = text.split('|')
  const known = new Map(
    parts.map(part => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)]),
  )
  const tags = parts.filter(part => part.startsWith('#')).map(part => tagsOf(part.slice(1), ',', ':'))
  const seconds = Number(known.get('d') ?? Number.NaN)
  const time = Number.isSafeInteger(seconds) && seconds > 0 ? { time: { seconds, nanos: 0 } } : {}
  return { tags: Object.assign({}, ...tags) as Record<string, string>, known, seconds: time }
}

const withBreaks = (text: string) => text.replaceAll('\\n', '\n')
