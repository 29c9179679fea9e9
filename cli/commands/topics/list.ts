import { OperatingError } from '../../../lib/base/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone } from '../../command.ts'
import { formatBytes, formatCount } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { printable } from '../../printable.ts'
import { note } from '../../terminal/output.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'

export const topics: Command = {
  name: 'topics',
  summary: 'topics with their partitions, offsets and bytes',
  positionals: ['[NAME]'],
  options: {
    configs: { type: 'boolean', description: 'the configuration of NAME: values, and where they come from' },
    all: { type: 'boolean', description: "with Kafka's own topics; with --configs also the defaults" },
    ...tableOptions,
  },
  details:
    'Records are the offsets between start and end; of a compacted topic there are fewer. Exit code 1 where there is no such topic.',
  examples: [
    ['millrace topics', 'all topics'],
    ['millrace topics otlp_logs', 'the partitions of one'],
    ['millrace topics otlp_logs --configs', 'what is set for it'],
    ['millrace topics --json | jq .bytes', 'for a script'],
  ],
  run: async call => {
    await withKafka(await call.config(), client => show(call, client))
    return exitDone
  },
}

async function show(call: Call, client: KafkaAdminClient): Promise<void> {
  const [name] = call.positionals
  if (name === undefined) await showTopics(call, client)
  else if (call.flag('configs')) await showConfigs(call, client, name)
  else await showPartitions(call, client, name)
}

async function showTopics(call: Call, client: KafkaAdminClient): Promise<void> {
  const { listTopics } = await import('../../../lib/kafka/admin/index.ts')
  const found = await listTopics(client)
  const shown = found.filter(topic => call.flag('all') || !topic.isInternal)
  await writeRows(
    call,
    shown,
    [
      { head: 'topic', cell: topic => ({ text: printable(topic.name), style: 'name' }) },
      { head: 'partitions', cell: topic => topic.partitions },
      { head: 'replicas', cell: topic => topic.replicationFactor },
      { head: 'records', cell: topic => ({ text: formatCount(topic.records), right: true }) },
      { head: 'size', cell: topic => ({ text: bytesText(topic.bytes), right: true }) },
    ],
    ({ name, topicId, isInternal, ...rest }) => ({ topic: name, topicId, isInternal, ...rest }),
    'there are no topics yet',
  )
  const hidden = found.length - shown.length
  if (hidden > 0 && !call.flag('json') && process.stdout.isTTY)
    note(`${hidden} of Kafka's own are not shown, see --all`)
}

async function showPartitions(call: Call, client: KafkaAdminClient, name: string): Promise<void> {
  const { describeTopic } = await import('../../../lib/kafka/admin/index.ts')
  const { partitions } = await describeTopic(client, name).catch(absent(name))
  await writeRows(
    call,
    partitions,
    [
      { head: 'partition', cell: p => p.partition },
      { head: 'leader', cell: p => (p.leader < 0 ? { text: 'none', style: 'bad' } : p.leader) },
      { head: 'replicas', cell: p => p.replicas.join(',') },
      { head: 'start', cell: p => p.startOffset },
      { head: 'end', cell: p => p.endOffset },
      { head: 'records', cell: p => ({ text: formatCount(p.endOffset - p.startOffset), right: true }) },
      { head: 'size', cell: p => ({ text: bytesText(p.bytes), right: true }) },
    ],
    p => ({ topic: name, ...p }),
    `topic ${name} has no partitions`,
  )
}

async function showConfigs(call: Call, client: KafkaAdminClient, name: string): Promise<void> {
  const { describeConfigs } = await import('../../../lib/kafka/admin/index.ts')
  const configs = await describeConfigs(client, 'topic', name).catch(absent(name))
  const isShown = ({ source }: { source: string }) => call.flag('all') || source === 'topic'
  await writeRows(
    call,
    configs.filter(isShown),
    [
      { head: 'name', cell: config => ({ text: config.name, style: 'name' }) },
      { head: 'value', cell: config => printable(config.value ?? '') },
      { head: 'from', cell: config => `${config.source}${config.readOnly ? ', read only' : ''}` },
    ],
    config => ({ topic: name, ...config }),
    `nothing is set for topic ${name}: every value is the broker's, see --all`,
  )
}

export function bytesText(bytes: number | undefined): string {
  return bytes === undefined ? '' : formatBytes(bytes)
}

/** A topic that is not there is an answer, not a failure. */
export function absent(name: string): (error: unknown) => never {
  return error => {
    if ((error as { code?: string }).code === 'KAFKA_UNKNOWN_TOPIC_OR_PARTITION')
      throw new OperatingError('NOT_SO', `there is no topic ${name}: see millrace topics`)
    throw error
  }
}
