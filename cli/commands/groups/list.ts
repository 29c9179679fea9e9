import { OperatingError } from '../../../lib/base/index.ts'
import type {
  FullGroupDescription,
  GroupMemberDescription,
  GroupSummary,
  PartitionLag,
} from '../../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone } from '../../command.ts'
import { formatCount, formatDuration } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { printable } from '../../printable.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'

export const groups: Command = {
  name: 'groups',
  summary: 'groups of all kinds with their members and lag, in records and seconds',
  positionals: ['[NAME]'],
  options: {
    members: { type: 'boolean', description: 'the members of NAME in place of its partitions' },
    ...tableOptions,
  },
  details:
    'A group is a classic or a consumer group, a share or a streams group. Behind is the age of the oldest record that was not read; of a group that has committed nothing it is not known. Exit code 1 where there is no such group.',
  examples: [
    ['millrace groups', 'all groups'],
    ['millrace groups millrace-aggregator', 'one group, partition by partition'],
    ['millrace groups millrace-aggregator --members', 'who is in it'],
    ['millrace groups --json | jq .lagSeconds', 'for a script'],
  ],
  run: async call => {
    await withKafka(await call.config(), client => show(call, client))
    return exitDone
  },
}

async function show(call: Call, client: KafkaAdminClient): Promise<void> {
  const [name] = call.positionals
  if (name === undefined) await showGroups(call, client)
  else if (call.flag('members')) await showMembers(call, await describe(client, name))
  else await showLag(call, client, await describe(client, name))
}

/** Errors: NOT_SO where there is no such group. */
export async function describe(client: KafkaAdminClient, name: string): Promise<FullGroupDescription> {
  const { describeGroup } = await import('../../../lib/kafka/admin/index.ts')
  try {
    return await describeGroup(client, name)
  } catch (error) {
    if ((error as { code?: string }).code === 'KAFKA_GROUP_ID_NOT_FOUND')
      throw new OperatingError('NOT_SO', `there is no group ${name}: see millrace groups`)
    throw error
  }
}

async function showGroups(call: Call, client: KafkaAdminClient): Promise<void> {
  const { listGroups, summarizeGroup } = await import('../../../lib/kafka/admin/index.ts')
  const rows: Omit<GroupSummary, 'lag'>[] = []
  for (const listed of await listGroups(client)) {
    const { lag: _, ...row } = await summarizeGroup(client, listed, Date.now())
    rows.push(row)
  }
  await writeRows(
    call,
    rows,
    [
      { head: 'group', cell: row => ({ text: printable(row.group), style: 'name' }) },
      { head: 'type', cell: row => row.type },
      { head: 'state', cell: row => ({ text: row.state, style: styleOfState(row.state) }) },
      { head: 'members', cell: row => row.members },
      {
        head: 'lag',
        cell: row => ({ text: row.hasCommitted ? formatCount(row.lagRecords) : '-', right: true }),
      },
      { head: 'behind', cell: row => (row.hasCommitted ? formatDuration(row.lagSeconds) : '-') },
    ],
    row => row,
    'there are no groups yet',
  )
}

function styleOfState(state: string) {
  if (state === 'Stable') return 'good'
  return state === 'Empty' || state === 'Dead' ? 'dim' : 'warning'
}

async function showLag(call: Call, client: KafkaAdminClient, group: FullGroupDescription): Promise<void> {
  const { groupLag } = await import('../../../lib/kafka/admin/index.ts')
  const lag = await groupLag(client, group, Date.now())
  await writeRows(
    call,
    lag,
    [
      { head: 'topic', cell: p => ({ text: p.topic, style: 'name' }) },
      { head: 'partition', cell: p => p.partition },
      { head: 'committed', cell: p => ({ text: String(p.committed ?? '-'), right: true }) },
      { head: 'end', cell: p => p.endOffset },
      { head: 'lag', cell: p => ({ text: formatCount(p.lagRecords), right: true }) },
      { head: 'behind', cell: p => formatDuration(p.lagSeconds) },
      { head: 'member', cell: p => printable(p.members.join(', ')) },
    ],
    plainLag,
    `group ${group.group} has committed nothing and reads nothing`,
  )
}

function plainLag({
  topic,
  partition,
  committed,
  startOffset,
  endOffset,
  lagRecords,
  lagSeconds,
  members,
}: PartitionLag) {
  return {
    topic,
    partition,
    committed: committed ?? null,
    start: startOffset,
    end: endOffset,
    lagRecords,
    lagSeconds,
    member: members.join(','),
  }
}

/** Of a streams group: tasks as Kafka Streams writes them, subtopology and partition. */
const taskCells = (['active', 'standby', 'warmup'] as const).map(kind => ({
  head: kind,
  cell: ({ tasks }: GroupMemberDescription) =>
    (tasks?.[kind] ?? [])
      .flatMap(({ subtopology, partitions }) => partitions.map(partition => `${subtopology}_${partition}`))
      .join(' '),
}))

async function showMembers(call: Call, { group, type, members }: FullGroupDescription): Promise<void> {
  await writeRows(
    call,
    members,
    [
      { head: 'client', cell: m => ({ text: printable(m.clientId), style: 'name' }) },
      { head: 'host', cell: m => m.host },
      { head: 'instance', cell: m => m.instanceId ?? '' },
      {
        head: 'partitions',
        cell: m => m.assignments.map(a => `${a.topic}: ${a.partitions.join(',')}`).join('  '),
      },
      ...(type === 'streams' ? taskCells : []),
    ],
    member => ({ group, ...member }),
    `group ${group} has no members now`,
  )
}
