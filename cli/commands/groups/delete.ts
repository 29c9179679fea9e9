import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../../command.ts'
import { withKafka } from '../../kafka-client.ts'
import { isConfirmed, yesOption } from '../../terminal/confirm.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { describe } from './list.ts'

export const groupsDelete: Command = {
  name: 'groups delete',
  summary: 'forgets groups and how far they have read',
  positionals: ['NAME...'],
  options: {
    topic: {
      type: 'string',
      hint: 'NAME',
      multiple: true,
      description: 'only the offsets of this topic; repeatable',
    },
    ...yesOption,
    ...tableOptions,
  },
  details: 'A group with members is not deleted. Exit code: 0 done, 1 nothing was deleted.',
  examples: [
    ['millrace groups delete old-billing', 'what would be forgotten'],
    ['millrace groups delete old-billing --yes', 'a group'],
    ['millrace groups delete billing --topic orders --yes', 'its offsets of one topic'],
  ],
  run: async call => await withKafka(await call.config(), client => forget(call, client)),
}

async function forget(call: Call, client: KafkaAdminClient): Promise<number> {
  const { committedOffsets, deleteGroup, deleteGroupOffsets } = await import(
    '../../../lib/kafka/admin/index.ts'
  )
  const topics = call.list('topic')
  const isMeant = call.flag('yes')
  const rows = []
  for (const name of call.positionals) {
    const { type, state, members } = await describe(client, name)
    const offsets = (await committedOffsets(client, name, type)).filter(
      ({ topic }) => topics.length === 0 || topics.includes(topic),
    )
    rows.push({ group: name, state, members: members.length, offsets: offsets.length, deleted: isMeant })
    if (!isMeant) continue
    if (topics.length === 0) await deleteGroup(client, name)
    else await deleteGroupOffsets(client, name, offsets)
  }
  await writeRows(
    call,
    rows,
    [
      { head: isMeant ? 'forgotten' : 'would go', cell: row => ({ text: row.group, style: 'name' }) },
      { head: 'state', cell: row => row.state },
      { head: 'members', cell: row => row.members },
      { head: 'offsets', cell: row => row.offsets },
    ],
    row => row,
    'nothing',
  )
  return isConfirmed(call) ? exitDone : exitNot
}
