import { hasKafkaTools, kafkaTool, type Output } from '../../tools.ts'
import type { SuiteClient } from './client.ts'

const tools = 'org.apache.kafka.tools'

/** Kafka's Java clients behind its console tools. A JVM takes a second or two, so they show one codec only. */
export const java: SuiteClient = {
  name: 'Java',
  problem: hasKafkaTools ? undefined : "Kafka's tools or Java are absent",
  codecs: ['zstd'],
  hasTransactions: false,
  hasConsumerProtocol: true,
  createTopic: async (address, topic, partitions) => {
    await tool('TopicCommand', address, ['--create', '--topic', topic, '--partitions', String(partitions)])
  },
  partitionsOf: async (address, topic) => {
    const { lines } = await tool('TopicCommand', address, ['--describe', '--topic', topic])
    return Number(/PartitionCount: (\d+)/.exec(lines[0] ?? '')?.[1])
  },
  produce: async (address, topic, messages, { codec = 'none' } = {}) => {
    const text = messages.map(({ key, value }) => `${key}:${value}`).join('\n')
    const reading = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
    await tool('ConsoleProducer', address, ['--topic', topic, '--compression-codec', codec, ...reading], text)
  },
  consume: async (address, topic, { count, group, isConsumerProtocol = false, isCommittedOnly = false }) => {
    const isolation = isCommittedOnly ? 'read_committed' : 'read_uncommitted'
    const { lines } = await tool('consumer.ConsoleConsumer', address, [
      ...['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000'],
      ...['--isolation-level', isolation, '--formatter-property', 'print.key=true'],
      ...(group === undefined ? [] : ['--group', group]),
      ...(isConsumerProtocol ? ['--command-property', 'group.protocol=consumer'] : []),
    ])
    return lines.map(line => {
      const [key = '', value = ''] = line.split('\t')
      return { key, value }
    })
  },
}

async function tool(name: string, address: string, args: readonly string[], input = ''): Promise<Output> {
  const output = await kafkaTool(`${tools}.${name}`, ['--bootstrap-server', address, ...args], input)
  if (output.status !== 0) throw new Error(`${name} ends with ${output.status}: ${output.errors}`)
  return output
}
