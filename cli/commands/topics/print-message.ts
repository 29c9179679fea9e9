import type {
  SchemaRegistryConfig,
  ShownValue,
  TopicMessage,
  ValueFormat,
} from '../../../lib/kafka/admin/index.ts'
import type { OtlpJson, Signal } from '../../../lib/otlp/index.ts'
import { printable } from '../../printable.ts'
import type { Fold } from '../../terminal/fold.ts'
import { toJsonLine } from '../../terminal/output.ts'
import type { Paint } from '../../terminal/paint.ts'
import { otlpLines } from './otlp-lines.ts'

export interface MessageStyle {
  decode: ValueFormat
  /** What the topic is known to hold. */
  likely: Signal | undefined
  paint: Paint
  fold: Fold
  headers: boolean
  /** By whose schemas values are read. */
  registry: SchemaRegistryConfig | null
}

const lineFeed = Buffer.from('\n')

/** How a record is written in a form. */
export async function printerOf(
  form: 'text' | 'json' | 'raw',
  style: MessageStyle,
): Promise<(message: TopicMessage) => Promise<string | Buffer>> {
  const { decode, likely, registry } = style
  if (form === 'raw')
    return ({ value }) => Promise.resolve(Buffer.concat([value ?? Buffer.alloc(0), lineFeed]))
  const { openSchemaRegistry, valueDecoder } = await import('../../../lib/kafka/admin/index.ts')
  const values = valueDecoder(registry === null ? undefined : openSchemaRegistry(registry))
  return async message => {
    const key = await values.decode(message.key, decode === 'hex' ? 'hex' : 'auto')
    const value = await values.decode(message.value, decode, likely)
    if (form === 'json') return `${toJsonLine(jsonOf(message, key, value))}\n`
    return textOf(message, key, value, style)
  }
}

function jsonOf(message: TopicMessage, key: ShownValue, value: ShownValue): object {
  const { topic, partition, offset, timestampMs, headers } = message
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key: key.value,
    headers: headers.map(header => ({ key: header.key, value: header.value?.toString() ?? null })),
    format: value.format,
    ...(value.signal === undefined ? {} : { signal: value.signal }),
    ...(value.schema === undefined ? {} : { schema: value.schema }),
    ...(value.why === undefined ? {} : { why: value.why }),
    value: value.value,
    valueBytes: message.value?.length ?? 0,
  }
}

/** Where it stands and what it is called dimmed, then the value on one line; of a request one line for each item. */
function textOf(
  message: TopicMessage,
  key: ShownValue,
  value: ShownValue,
  { paint, fold, headers: withHeaders }: MessageStyle,
): string {
  const time = new Date(message.timestampMs).toISOString()
  const place = paint(`${time} ${message.partition}/${message.offset}`, 'dim')
  const name = key.format === 'null' ? '' : ` ${paint(shown(key, fold), 'name')}`
  const headers = message.headers.map(header => `${header.key}=${header.value?.toString() ?? ''}`).join(' ')
  const about = headers === '' || !withHeaders ? '' : ` ${paint(`[${printable(headers)}]`, 'dim')}`
  const head = `${place}${name}${about}`
  const why = value.why === undefined ? '' : `  ${paint(`(${printable(value.why)})`, 'warning')}`
  if (value.signal === undefined) return `${head}  ${shown(value, fold)}${why}\n`
  const [first = '', ...more] = otlpLines(value.signal, value.value as OtlpJson).map(line =>
    fold(line, printable),
  )
  return [`${head}  ${first}`, ...more.map(line => `    ${line}`), ''].join('\n')
}

function shown({ format, value }: ShownValue, fold: Fold): string {
  if (format === 'null') return '(null)'
  return typeof value === 'string' ? fold(value, printable) : fold(toJsonLine(value), text => text)
}
