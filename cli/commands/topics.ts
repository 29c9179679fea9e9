import { OperatingError } from '../../lib/base/index.ts'
import type { KafkaClient, TopicMetadata } from '../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone } from '../command.ts'
import { formatTable } from '../human.ts'
import { openKafkaClient } from '../kafka-client.ts'

export const topics: Command = {
  name: 'topics',
  summary: 'topics with their partitions and offsets',
  positionals: ['[NAME]'],
  options: { json: { type: 'boolean', description: 'one topic a line, or one partition a line with NAME' } },
  examples: [
    ['millrace topics', 'all topics'],
    ['millrace topics otlp_logs', 'the partitions of one'],
  ],
  run: runTopics,
}

interface PartitionOffsets {
  partition: number
  leader: number
  startOffset: number
  endOffset: number
}

async function runTopics(call: Call): Promise<number> {
  const config = await call.config()
  const client = await openKafkaClient(config)
  try {
    const name = call.positionals[0]
    const found = await client.metadata(name === undefined ? undefined : [name])
    if (name === undefined) await printTopics(call, client, [...found.values()])
    else await printPartitions(call, client, name, found.get(name))
    return exitDone
  } finally {
    await client.close()
  }
}

async function printTopics(call: Call, client: KafkaClient, all: TopicMetadata[]): Promise<void> {
  const rows: [string, number, number][] = []
  for (const topic of all.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const partitions = await offsetsOf(client, topic)
    const records = partitions.reduce((sum, p) => sum + p.endOffset - p.startOffset, 0)
    rows.push([topic.name, partitions.length, records])
  }
  if (!call.flag('json')) process.stdout.write(formatTable(['topic', 'partitions', 'records'], rows))
  else for (const [name, partitions, records] of rows) printJson({ topic: name, partitions, records })
}

async function printPartitions(
  call: Call,
  client: KafkaClient,
  name: string,
  topic: TopicMetadata | undefined,
): Promise<void> {
  if (topic === undefined)
    throw new OperatingError('NOT_SO', `there is no topic ${name}: see millrace topics`)
  const partitions = await offsetsOf(client, topic)
  const rows = partitions.map(p => [p.partition, p.leader, p.startOffset, p.endOffset])
  if (!call.flag('json')) process.stdout.write(formatTable(['partition', 'leader', 'start', 'end'], rows))
  else for (const p of partitions) printJson({ topic: name, ...p })
}

async function offsetsOf(client: KafkaClient, { name, leaders }: TopicMetadata): Promise<PartitionOffsets[]> {
  return await Promise.all(
    leaders.map(async (leader, partition) => ({
      partition,
      leader,
      startOffset: await client.listOffset(name, partition, 'earliest'),
      endOffset: await client.listOffset(name, partition, 'latest'),
    })),
  )
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
