import { createInterface } from 'node:readline'
import type { NewMessage } from '../../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import type { Compression } from '../../../lib/kafka/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'
import { formatCount } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { note, write, writeJson } from '../../terminal/output.ts'
import { assignments } from './assignments.ts'

const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export const topicsWrite: Command = {
  name: 'topics write',
  summary: 'writes records to a topic: one from the command line, or each line of standard input',
  positionals: ['NAME', '[VALUE]'],
  options: {
    key: {
      type: 'string',
      hint: 'TEXT',
      description: 'key of the record: those with one key go to one partition',
    },
    separator: {
      type: 'string',
      hint: 'TEXT',
      description: 'of lines read: what stands before it is the key',
    },
    header: { type: 'string', hint: 'NAME=VALUE', multiple: true, description: 'one header; repeatable' },
    partition: { type: 'string', hint: 'N', description: 'to this partition, whatever the key' },
    compression: { type: 'string', hint: 'KIND', description: compressions.join(', '), default: 'none' },
    null: { type: 'boolean', description: 'no value: in a compacted topic it removes the key' },
    json: { type: 'boolean', description: 'where each record went, one a line' },
  },
  details: 'A record is answered when every in-sync replica has it.',
  examples: [
    [`millrace topics write orders '{"id":1}' --key 1`, 'one record'],
    ['millrace topics write orders --separator : < orders.txt', 'a record of each line, with keys'],
    ['millrace topics write state --key gone --null', 'a tombstone'],
  ],
  run: runWrite,
}

async function runWrite(call: Call): Promise<number> {
  const messages = messagesOf(call)
  const written = await withKafka(await call.config(), client => writeAll(call, client, messages))
  if (!call.flag('json') && written !== 1) note(`wrote ${formatCount(written)} records`)
  return exitDone
}

async function writeAll(
  call: Call,
  client: KafkaAdminClient,
  messages: AsyncIterable<NewMessage>,
): Promise<number> {
  const { produceMessage } = await import('../../../lib/kafka/admin/index.ts')
  const isSingle = call.positionals[1] !== undefined || call.flag('null')
  let count = 0
  for await (const message of messages) {
    const { partition, offset } = await produceMessage(client, message)
    count++
    if (call.flag('json')) await writeJson({ topic: message.topic, partition, offset })
    else if (isSingle) await write(`${message.topic} ${partition}/${offset}\n`)
  }
  return count
}

async function* messagesOf(call: Call): AsyncGenerator<NewMessage> {
  const [topic = '', value] = call.positionals
  const key = call.text('key')
  const compression = compressions.find(one => one === call.text('compression'))
  if (compression === undefined)
    throw usageError(
      `--compression: found '${call.text('compression')}', expected ${compressions.join(', ')}`,
    )
  const headers = Object.entries(assignments('header', call.list('header')))
  const shared = {
    topic,
    partition: call.number('partition'),
    headers: headers.map(([name, text]) => ({ key: name, value: text })),
    compression,
  }
  const record = (text: string | null, own: string | undefined): NewMessage => ({
    ...shared,
    key: own === undefined ? null : Buffer.from(own),
    value: text === null ? null : Buffer.from(text),
    timestampMs: Date.now(),
  })
  if (call.flag('null')) yield record(null, key)
  else if (value !== undefined) yield record(value, key)
  else for await (const line of createInterface({ input: process.stdin })) yield fromLine(line)

  function fromLine(line: string): NewMessage {
    const separator = call.text('separator')
    const at = separator === undefined ? -1 : line.indexOf(separator)
    if (separator === undefined || at < 0) return record(line, key)
    return record(line.slice(at + separator.length), line.slice(0, at))
  }
}
