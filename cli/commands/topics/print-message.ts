import type { DecodedValue, TopicMessage, ValueFormat } from '../../../lib/kafka/admin/index.ts'
import type { Signal } from '../../../lib/otlp/index.ts'
import { printable } from '../../printable.ts'
import { toJsonLine } from '../../terminal/output.ts'
import type { Paint } from '../../terminal/paint.ts'
import { otlpLines } from './otlp-lines.ts'

export interface MessageStyle {
  decode: ValueFormat
  /** What the topic is known to hold. */
  likely: Signal | undefined
  paint: Paint
  headers: boolean
}

const lineFeed = Buffer.from('\n')

/** How a record is written in a form. */
export async function printerOf(
  form: 'text' | 'json' | 'raw',
  style: MessageStyle,
): Promise<(message: TopicMessage) => string | Buffer> {
  const { decode, likely } = style
  const { decodeValue } = await import('../../../lib/kafka/admin/index.ts')
  const decodedValue = (message: TopicMessage) => decodeValue(message.value, decode, likely)
  const keyOf = (message: TopicMessage) => decodeValue(message.key, decode === 'hex' ? 'hex' : 'auto')
  if (form === 'raw') return ({ value }) => Buffer.concat([value ?? Buffer.alloc(0), lineFeed])
  if (form === 'json')
    return message => `${toJsonLine(jsonOf(message, keyOf(message), decodedValue(message)))}\n`
  return message => textOf(message, keyOf(message), decodedValue(message), style)
}

function jsonOf(message: TopicMessage, key: DecodedValue, value: DecodedValue): object {
  const { topic, partition, offset, timestampMs, headers } = message
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key: key.value,
    headers: headers.map(header => ({ key: header.key, value: header.value?.toString() ?? null })),
    format: value.format,
    ...(value.format === 'otlp' ? { signal: value.signal } : {}),
    value: value.value,
    valueBytes: message.value?.length ?? 0,
  }
}

/** Where it stands and what it is called dimmed, then the value on one line; of a request one line for each item. */
function textOf(
  message: TopicMessage,
  key: DecodedValue,
  value: DecodedValue,
  { paint, headers: withHeaders }: MessageStyle,
): string {
  const time = new Date(message.timestampMs).toISOString()
  const place = paint(`${time} ${message.partition}/${message.offset}`, 'dim')
  const name = key.format === 'null' ? '' : ` ${paint(shown(key), 'name')}`
  const headers = message.headers.map(header => `${header.key}=${header.value?.toString() ?? ''}`).join(' ')
  const about = headers === '' || !withHeaders ? '' : ` ${paint(`[${printable(headers)}]`, 'dim')}`
  const head = `${place}${name}${about}`
  if (value.format !== 'otlp') return `${head}  ${shown(value)}\n`
  const [first = '', ...more] = otlpLines(value.signal, value.value).map(printable)
  return [`${head}  ${first}`, ...more.map(line => `    ${line}`), ''].join('\n')
}

function shown(decoded: DecodedValue): string {
  if (decoded.format === 'null') return '(null)'
  if (decoded.format === 'text' || decoded.format === 'hex') return printable(decoded.value)
  return toJsonLine(decoded.value)
}
