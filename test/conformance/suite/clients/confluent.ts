import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '../../tools.ts'
import { allCodecs, type Message, type SuiteClient } from './client.ts'

const venv = '../../../../node_modules/.cache/millrace/conformance-venv/bin/python'
const python = fileURLToPath(new URL(venv, import.meta.url))
const program = fileURLToPath(new URL('./confluent.py', import.meta.url))

/** confluent-kafka, librdkafka's client for Python, in an environment that `venv.sh` makes. */
export const confluent: SuiteClient = {
  name: 'confluent-kafka',
  problem: existsSync(python) ? undefined : 'its environment is not made: test/conformance/venv.sh',
  codecs: allCodecs,
  hasTransactions: true,
  hasConsumerProtocol: true,
  createTopic: async (address, topic, partitions) => {
    await call('createTopic', { address, topic, partitions })
  },
  partitionsOf: async (address, topic) => (await call('partitionsOf', { address, topic })) as number,
  produce: async (address, topic, messages, options = {}) => {
    await call('produce', { address, topic, messages, ...options })
  },
  consume: async (address, topic, options) =>
    (await call('consume', { address, topic, ...options })) as Message[],
}

async function call(what: string, parameters: object): Promise<unknown> {
  const { status, lines, errors } = await run(python, [program], JSON.stringify({ do: what, ...parameters }))
  if (status !== 0) throw new Error(`confluent-kafka cannot ${what}: ${errors}`)
  return JSON.parse(lines.join('\n'))
}
