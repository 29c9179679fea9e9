import type { ResetTo } from '../../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../../command.ts'
import { formatCount } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { parseSince } from '../../since.ts'
import { isConfirmed, yesOption } from '../../terminal/confirm.ts'
import { note } from '../../terminal/output.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { absent } from '../topics/list.ts'

export const groupsReset: Command = {
  name: 'groups reset',
  summary: 'sets where a group goes on reading, after a preview',
  positionals: ['NAME'],
  options: {
    to: {
      type: 'string',
      hint: 'WHERE',
      description: 'earliest, latest, current, an offset, or a time: 2h, 2026-01-31T12:00:00Z',
    },
    'shift-by': {
      type: 'string',
      hint: 'N',
      description: 'so many records on; -N is back, as --shift-by=-10',
    },
    topic: { type: 'string', hint: 'NAME', multiple: true, description: 'only of this topic; repeatable' },
    partition: {
      type: 'string',
      hint: 'N',
      multiple: true,
      description: 'only of this partition; repeatable',
    },
    type: {
      type: 'string',
      hint: 'KIND',
      description: 'of a group that is not there yet: consumer or share',
      default: 'consumer',
    },
    ...yesOption,
    ...tableOptions,
  },
  details: [
    'Shows for each partition where the group stands and where it would; with --yes it does. Without --topic these are the',
    'partitions of which the group has offsets. The group must have no members. Exit code: 0 done, 1 nothing was changed.',
  ].join('\n'),
  examples: [
    ['millrace groups reset billing --to earliest', 'what reading everything again would mean'],
    ['millrace groups reset billing --to 2h --yes', 'go on two hours back'],
    [
      'millrace groups reset billing --shift-by=-100 --topic orders --yes',
      'a hundred records of each partition again',
    ],
  ],
  run: async call => await withKafka(await call.config(), client => reset(call, client)),
}

async function reset(call: Call, client: KafkaAdminClient): Promise<number> {
  const [name = ''] = call.positionals
  const to = targetOf(call)
  const { applyReset, listGroups, planReset } = await import('../../../lib/kafka/admin/index.ts')
  const listed = (await listGroups(client)).find(({ group }) => group === name)
  const group = {
    group: name,
    type: listed?.type ?? (call.text('type') === 'share' ? 'share' : 'consumer'),
  } as const
  const topics = call.list('topic')
  if (listed === undefined && topics.length === 0)
    throw usageError(`there is no group ${name} yet: name what it shall read with --topic`)
  const partitions = call.list('partition').map(Number)
  const scope = {
    topics: topics.length === 0 ? undefined : topics,
    partitions: partitions.length === 0 ? undefined : partitions,
  }
  const plan = await planReset(client, group, scope, to).catch(absent(topics[0] ?? ''))
  const isMeant = call.flag('yes')
  if (isMeant) await applyReset(client, group, plan)
  await writeRows(
    call,
    plan,
    [
      { head: 'topic', cell: row => ({ text: row.topic, style: 'name' }) },
      { head: 'partition', cell: row => row.partition },
      { head: 'current', cell: row => ({ text: String(row.current ?? '-'), right: true }) },
      { head: isMeant ? 'now' : 'would be', cell: row => row.next },
      { head: 'change', cell: row => ({ text: changeText(row.next - (row.current ?? 0)), right: true }) },
    ],
    row => ({ group: name, applied: isMeant, ...row, current: row.current ?? null }),
    `group ${name} has no offsets to change: name topics with --topic`,
  )
  if (name === (await call.config()).aggregator.group && plan.some(row => row.next < (row.current ?? 0)))
    note('the aggregator reads records again: rows of theirs that the store has will be there twice')
  return plan.length > 0 && isConfirmed(call) ? exitDone : exitNot
}

function changeText(change: number): string {
  return change > 0 ? `+${formatCount(change)}` : formatCount(change)
}

function targetOf(call: Call): ResetTo {
  const [to, shift] = [call.text('to'), call.text('shift-by')]
  if ((to === undefined) === (shift === undefined)) throw usageError('say where: --to WHERE or --shift-by N')
  if (shift !== undefined) {
    if (!/^[+-]?\d+$/.test(shift))
      throw usageError(`--shift-by: found '${shift}', expected a number of records`)
    return { to: 'shift-by', records: Number(shift) }
  }
  if (to === 'earliest' || to === 'latest' || to === 'current') return { to }
  if (/^\d{1,12}$/.test(to ?? '')) return { to: 'offset', offset: Number(to) }
  return { to: 'datetime', timestampMs: parseSince(to ?? '', Date.now(), 'to') }
}
