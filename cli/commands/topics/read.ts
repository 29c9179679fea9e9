import type { ReadOptions, StartAt, TopicMessage, ValueFormat } from '../../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, exitInterrupted, usageError } from '../../command.ts'
import type { Config } from '../../config.ts'
import { formatCount } from '../../human.ts'
import { interruption } from '../../interruption.ts'
import { withKafka } from '../../kafka-client.ts'
import { parseSince } from '../../since.ts'
import { foldFor, fullOption } from '../../terminal/fold.ts'
import { note, write } from '../../terminal/output.ts'
import { Progress } from '../../terminal/progress.ts'
import { formOf } from '../../terminal/table.ts'
import { absent } from './list.ts'
import { printerOf } from './print-message.ts'

const forms = ['text', 'json', 'raw'] as const
const defaultLast = 20
/** What `--last` holds in memory. */
const maxLast = 100_000

export const topicsRead: Command = {
  name: 'topics read',
  summary: 'the records of a topic: the last ones, from a place on, or as they come in',
  positionals: ['NAME'],
  options: {
    last: { type: 'string', hint: 'N', description: `the youngest N records (default: ${defaultLast})` },
    from: { type: 'string', hint: 'OFFSET', description: 'from an offset on, or earliest, or latest' },
    since: { type: 'string', hint: '15m', description: 'from then on: a duration back, or a time' },
    start: { type: 'string', hint: 'TIME', description: 'the same as --since' },
    end: { type: 'string', hint: 'TIME', description: 'up to then' },
    partition: { type: 'string', hint: 'N', multiple: true, description: 'only this one; repeatable' },
    key: { type: 'string', hint: 'TEXT', description: 'only records whose key is this' },
    grep: { type: 'string', hint: 'TEXT', description: 'only records whose key, value or headers have this' },
    limit: { type: 'string', hint: 'N', description: 'records at most' },
    follow: { type: 'boolean', short: 'f', description: 'then as they come in' },
    committed: {
      type: 'boolean',
      description: 'without records of transactions that are open or were aborted',
    },
    headers: { type: 'boolean', description: 'show the headers, too' },
    decode: {
      type: 'string',
      hint: 'FORM',
      description: 'auto, otlp, json, text, hex, registry',
      default: 'auto',
    },
    output: {
      type: 'string',
      short: 'o',
      hint: 'FORM',
      choices: forms,
      description: forms.join(', '),
      default: 'text',
    },
    ...fullOption,
    json: { type: 'boolean', description: 'one record a line, with key, value and headers' },
  },
  details: [
    'Values that hold OTLP requests, JSON or text are shown as such, all others in hexadecimal digits; where query.schemaRegistry',
    'names a schema registry, those that were written by a schema of it (Avro, Protobuf, JSON Schema) are read by that. raw writes',
    'the bytes of the values as they are, each with a line feed. Records of one partition come in order.',
  ].join('\n'),
  examples: [
    ['millrace topics read otlp_logs', 'the last 20 records'],
    ['millrace topics read otlp_logs --since 5m --grep timeout', 'those of five minutes that have a word'],
    ['millrace topics read orders --from 1200 --partition 3 --limit 1 --json', 'one record'],
    ['millrace topics read orders -f --output raw | jq .', 'follow JSON'],
  ],
  run: runRead,
}

async function runRead(call: Call): Promise<number> {
  const [name = ''] = call.positionals
  const form = formOf(call, forms)
  const { valueFormats } = await import('../../../lib/kafka/admin/index.ts')
  const decode = valueFormats.find(one => one === call.text('decode'))
  if (decode === undefined)
    throw usageError(`--decode: found '${call.text('decode')}', expected ${valueFormats.join(', ')}`)
  const config = await call.config()
  const stop = interruption()
  const { logs, metrics, traces } = config.kafka.topics
  const likely = ({ [logs]: 'logs', [metrics]: 'metrics', [traces]: 'traces' } as const)[name]
  const print = await printerOf(form, {
    decode,
    likely,
    paint: call.paint,
    fold: foldFor(process.stdout, call.flag('full'), call.paint),
    headers: call.flag('headers'),
    registry: registryOf(config, decode),
  })
  await withKafka(config, client => read(client, optionsOf(call, name, stop.signal), print)).catch(
    absent(name),
  )
  return stop.signal.aborted && !call.flag('follow') ? exitInterrupted : exitDone
}

/** Errors: USAGE. */
function registryOf({ query: { schemaRegistry } }: Config, decode: ValueFormat) {
  if (decode === 'registry' && schemaRegistry === null)
    throw usageError('--decode registry: there is no schema registry, set query.schemaRegistry.url')
  return schemaRegistry
}

async function read(
  client: KafkaAdminClient,
  options: ReadOptions,
  print: (message: TopicMessage) => Promise<string | Buffer>,
): Promise<void> {
  const { readMessages } = await import('../../../lib/kafka/admin/index.ts')
  const progress = new Progress()
  const onProgress = ({ scanned, left }: { scanned: number; left: number }) =>
    progress.say(`${formatCount(scanned)} records looked at, ${formatCount(left)} to go`)
  let count = 0
  for await (const message of readMessages(client, { ...options, onProgress })) {
    await write(await print(message))
    count++
  }
  progress.clear()
  if (count === 0 && !options.follow) note(nothingText(options))
}

function nothingText({ topic, from }: ReadOptions): string {
  if (typeof from === 'object' && 'last' in from)
    return `there are no such records among the last ${from.last} of ${topic}: --from earliest looks through all`
  return `there are no such records in ${topic}: see millrace topics ${topic} for what it has`
}

function optionsOf(call: Call, topic: string, signal: AbortSignal): ReadOptions {
  const end = call.text('end')
  return {
    topic,
    signal,
    partitions: partitionsOf(call),
    from: startOf(call),
    follow: call.flag('follow'),
    limit: call.number('limit'),
    untilMs: end === undefined ? undefined : parseSince(end, Date.now(), 'end'),
    filter: filterOf(call),
    isolation: call.flag('committed') ? 'read_committed' : 'read_uncommitted',
  }
}

function partitionsOf(call: Call): number[] | undefined {
  const given = call.list('partition')
  if (given.length === 0) return undefined
  return given.map(text => {
    if (!/^\d+$/.test(text)) throw usageError(`--partition: found '${text}', expected a number`)
    return Number(text)
  })
}

function startOf(call: Call): StartAt {
  const from = call.text('from')
  const since = call.text('since') ?? call.text('start')
  const last = call.number('last')
  if ([from, since, last].filter(given => given !== undefined).length > 1)
    throw usageError('take one of --last, --from and --since')
  if (since !== undefined) return { timestampMs: parseSince(since, Date.now()) }
  if (from === 'earliest' || from === 'latest') return from
  if (from !== undefined) {
    if (!/^\d+$/.test(from))
      throw usageError(`--from: found '${from}', expected an offset, earliest or latest; a time is --since`)
    return { offset: Number(from) }
  }
  if (last === undefined && call.flag('follow')) return 'latest'
  if (last !== undefined && last > maxLast)
    throw usageError(`--last: at most ${maxLast}: take --from or --since`)
  return { last: last ?? defaultLast }
}

function filterOf(call: Call): ReadOptions['filter'] {
  const [key, grep] = [call.text('key'), call.text('grep')]
  if (key === undefined && grep === undefined) return undefined
  const sought = Buffer.from(grep ?? '')
  return message =>
    (key === undefined || message.key?.toString() === key) &&
    (grep === undefined ||
      [message.key, message.value, ...message.headers.map(header => header.value)].some(bytes =>
        bytes?.includes(sought),
      ))
}
