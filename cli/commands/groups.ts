import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone } from '../command.ts'
import { formatDuration, formatTable } from '../human.ts'
import { openKafkaClient } from '../kafka-client.ts'

export const groups: Command = {
  name: 'groups',
  summary: 'consumer groups with their members and lag, in records and seconds',
  positionals: ['[NAME]'],
  options: { json: { type: 'boolean', description: 'one group a line, or one partition a line with NAME' } },
  examples: [
    ['millrace groups', 'all groups'],
    ['millrace groups millrace-aggregator', 'one group, partition by partition'],
  ],
  run: runGroups,
}

interface Lag {
  topic: string
  partition: number
  committed: number
  end: number
  lagRecords: number
  /** Age of the oldest record not yet read; 0 without lag. */
  lagSeconds: number
  member: string
}

async function runGroups(call: Call): Promise<number> {
  const config = await call.config()
  const client = await openKafkaClient(config)
  const fetcher = client.openFetcher()
  try {
    const name = call.positionals[0]
    const found = (await client.listGroups()).filter(g => name === undefined || g.group === name)
    if (name === undefined) await printGroups(call, client, fetcher, found)
    else if (found.length > 0) await printLag(call, await lagOf(client, fetcher, name))
    else throw new OperatingError('NOT_SO', `there is no group ${name}: see millrace groups`)
    return exitDone
  } finally {
    await fetcher.close()
    await client.close()
  }
}

async function printGroups(
  call: Call,
  client: KafkaClient,
  fetcher: Fetcher,
  found: { group: string; state: string }[],
): Promise<void> {
  const rows: [string, string, number, number, string][] = []
  for (const { group, state } of found.sort((a, b) => (a.group < b.group ? -1 : 1))) {
    const { members } = await client.describeGroup(group)
    const lag = await lagOf(client, fetcher, group)
    const records = lag.reduce((sum, l) => sum + l.lagRecords, 0)
    const seconds = Math.max(0, ...lag.map(l => l.lagSeconds))
    if (call.flag('json'))
      printJson({ group, state, members: members.length, lagRecords: records, lagSeconds: seconds })
    rows.push([group, state, members.length, records, formatDuration(seconds)])
  }
  if (!call.flag('json'))
    process.stdout.write(formatTable(['group', 'state', 'members', 'lag', 'behind'], rows))
}

async function printLag(call: Call, lag: Lag[]): Promise<void> {
  const rows = lag.map(l => [
    l.topic,
    l.partition,
    l.committed,
    l.end,
    l.lagRecords,
    formatDuration(l.lagSeconds),
    l.member,
  ])
  const head = ['topic', 'partition', 'committed', 'end', 'lag', 'behind', 'member']
  if (!call.flag('json')) process.stdout.write(formatTable(head, rows))
  else for (const l of lag) printJson(l)
  await Promise.resolve()
}

/** The partitions a group has committed offsets for, or is assigned. */
async function lagOf(client: KafkaClient, fetcher: Fetcher, group: string): Promise<Lag[]> {
  const { members } = await client.describeGroup(group)
  const owners = new Map<string, string>()
  for (const member of members)
    for (const { topic, partitions } of member.assignments)
      for (const partition of partitions) owners.set(`${topic}/${partition}`, member.clientId)
  const topics = await client.metadata()
  const asked = Object.fromEntries([...topics].map(([name, { leaders }]) => [name, [...leaders.keys()]]))
  const lag: Lag[] = []
  for (const { topic, partition, offset } of await client.committed(group, asked)) {
    const member = owners.get(`${topic}/${partition}`)
    if (offset < 0 && member === undefined) continue
    const end = await client.listOffset(topic, partition, 'latest')
    const committed = Math.max(0, offset)
    const lagRecords = Math.max(0, end - committed)
    const lagSeconds = lagRecords === 0 ? 0 : await ageOf(fetcher, topic, partition, committed)
    lag.push({ topic, partition, committed, end, lagRecords, lagSeconds, member: member ?? '' })
  }
  return lag
}

async function ageOf(fetcher: Fetcher, topic: string, partition: number, offset: number): Promise<number> {
  const [result] = await fetcher.fetch([{ topic, partition, offset, maxBytes: 1 }], { maxWaitMs: 100 })
  const { BatchCursor } = await import('../../lib/kafka/index.ts')
  const cursor = new BatchCursor(result?.records ?? Buffer.alloc(0))
  return cursor.next() ? Math.max(0, (Date.now() - cursor.baseTimestampMs) / 1000) : 0
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
