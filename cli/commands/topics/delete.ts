import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../../command.ts'
import { formatCount } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { parseSince } from '../../since.ts'
import { isConfirmed, yesOption } from '../../terminal/confirm.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { absent, bytesText } from './list.ts'

export const topicsDelete: Command = {
  name: 'topics delete',
  summary: 'deletes topics and all that is in them, or the oldest records of one',
  positionals: ['NAME...'],
  options: {
    before: {
      type: 'string',
      hint: 'OFFSET | TIME | end',
      description: 'only records before this: the topic stays. TIME is 2d, or 2026-01-31T12:00:00Z',
    },
    partition: { type: 'string', hint: 'N', description: 'with --before: only of this partition' },
    ...yesOption,
    ...tableOptions,
  },
  details: 'Shows what would go; with --yes it goes. Exit code: 0 done, 1 nothing was deleted.',
  examples: [
    ['millrace topics delete old-orders', 'what would go'],
    ['millrace topics delete old-orders --yes', 'a topic'],
    ['millrace topics delete orders --before 2d --yes', 'what is older than two days'],
    ['millrace topics delete orders --before end --yes', 'every record of it'],
  ],
  run: async call =>
    await withKafka(await call.config(), client =>
      call.text('before') === undefined ? deleteTopics(call, client) : deleteOldest(call, client),
    ),
}

async function deleteTopics(call: Call, client: KafkaAdminClient): Promise<number> {
  const { deleteTopic, describeTopic, summaryOf } = await import('../../../lib/kafka/admin/index.ts')
  const names = call.positionals
  const found = []
  for (const name of names) found.push(summaryOf(await describeTopic(client, name).catch(absent(name))))
  const isMeant = call.flag('yes')
  if (isMeant) for (const name of names) await deleteTopic(client, name)
  await writeRows(
    call,
    found,
    [
      { head: isMeant ? 'deleted' : 'would go', cell: topic => ({ text: topic.name, style: 'name' }) },
      { head: 'partitions', cell: topic => topic.partitions },
      { head: 'records', cell: topic => ({ text: formatCount(topic.records), right: true }) },
      { head: 'size', cell: topic => ({ text: bytesText(topic.bytes), right: true }) },
    ],
    ({ name, partitions, records, bytes }) => ({ topic: name, deleted: isMeant, partitions, records, bytes }),
    'nothing',
  )
  return isConfirmed(call) ? exitDone : exitNot
}

interface Cut {
  partition: number
  start: number
  next: number
}

async function deleteOldest(call: Call, client: KafkaAdminClient): Promise<number> {
  const [name = '', more] = call.positionals
  if (more !== undefined) throw usageError('--before is for one topic at a time')
  const { deleteRecords } = await import('../../../lib/kafka/admin/index.ts')
  const cuts = await cutsOf(call, client, name)
  const isMeant = call.flag('yes')
  const moved = cuts.filter(cut => cut.next > cut.start)
  if (isMeant && moved.length > 0)
    await deleteRecords(
      client,
      moved.map(({ partition, next }) => ({ topic: name, partition, offset: next })),
    )
  await writeRows(
    call,
    cuts,
    [
      { head: 'partition', cell: cut => cut.partition },
      { head: 'start', cell: cut => cut.start },
      { head: isMeant ? 'now' : 'would be', cell: cut => cut.next },
      {
        head: isMeant ? 'deleted' : 'would go',
        cell: cut => ({ text: formatCount(cut.next - cut.start), right: true }),
      },
    ],
    cut => ({ topic: name, deleted: isMeant, ...cut, records: cut.next - cut.start }),
    `topic ${name} has no partitions`,
  )
  return isConfirmed(call) ? exitDone : exitNot
}

/** Where each partition would begin. */
async function cutsOf(call: Call, client: KafkaAdminClient, name: string): Promise<Cut[]> {
  const { describeTopic, offsetsAt } = await import('../../../lib/kafka/admin/index.ts')
  const only = call.number('partition')
  const { partitions } = await describeTopic(client, name).catch(absent(name))
  const asked = partitions.filter(({ partition }) => only === undefined || partition === only)
  const before = call.text('before') ?? ''
  const places = asked.map(({ partition }) => ({ topic: name, partition }))
  const isTime = before !== 'end' && !/^\d+$/.test(before)
  const times = isTime ? await offsetsAt(client, places, parseSince(before, Date.now(), 'before')) : []
  const byTime = new Map(times.map(({ partition, offset }) => [partition, offset]))
  return asked.map(({ partition, startOffset, endOffset }) => {
    const offset = before === 'end' ? endOffset : isTime ? (byTime.get(partition) ?? -1) : Number(before)
    const wanted = offset < 0 ? endOffset : offset
    return { partition, start: startOffset, next: Math.min(Math.max(wanted, startOffset), endOffset) }
  })
}
