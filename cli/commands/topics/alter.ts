import type { ConfigChange } from '../../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'
import { withKafka } from '../../kafka-client.ts'
import { printable } from '../../printable.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { assignments } from './assignments.ts'
import { absent } from './list.ts'

export const topicsAlter: Command = {
  name: 'topics alter',
  summary: 'changes the configuration of a topic, or gives it more partitions',
  positionals: ['NAME'],
  options: {
    partitions: {
      type: 'string',
      hint: 'N',
      description: 'as many in all; keys go to other partitions from then on',
    },
    'topic-config': {
      type: 'string',
      hint: 'NAME=VALUE',
      multiple: true,
      description: 'sets one value; repeatable',
    },
    unset: {
      type: 'string',
      hint: 'NAME',
      multiple: true,
      description: "goes back to the broker's value; repeatable",
    },
    'dry-run': {
      type: 'boolean',
      description: 'only show what would change, and ask the broker whether it would',
    },
    ...tableOptions,
  },
  details: 'Shows each value before and after. Nothing else of the configuration is touched.',
  examples: [
    ['millrace topics alter orders --topic-config retention.ms=86400000', 'a day'],
    ['millrace topics alter orders --unset retention.ms --dry-run', 'what the broker would make of it'],
    ['millrace topics alter orders --partitions 24', 'more partitions'],
  ],
  run: async call => {
    await withKafka(await call.config(), client => alter(call, client))
    return exitDone
  },
}

interface Changed {
  name: string
  before: string | null
  after: string | null
}

async function alter(call: Call, client: KafkaAdminClient): Promise<void> {
  const [name = ''] = call.positionals
  const changes = changesOf(call)
  const partitions = call.number('partitions')
  if (changes.length === 0 && partitions === undefined)
    throw usageError('say what to change: --topic-config, --unset or --partitions')
  const validateOnly = call.flag('dry-run')
  const { alterConfigs, createPartitions, describeTopic } = await import('../../../lib/kafka/admin/index.ts')
  const topic = await describeTopic(client, name).catch(absent(name))
  const before = await valuesOf(client, name)
  if (changes.length > 0) await alterConfigs(client, 'topic', name, changes, { validateOnly })
  if (partitions !== undefined) await createPartitions(client, name, partitions, { validateOnly })
  const after = validateOnly ? undefined : await valuesOf(client, name)
  const rows: Changed[] = changes.map(change => ({
    name: change.name,
    before: before.get(change.name) ?? null,
    after: after === undefined ? change.value : (after.get(change.name) ?? null),
  }))
  if (partitions !== undefined)
    rows.push({ name: 'partitions', before: String(topic.partitions.length), after: String(partitions) })
  await writeChanges(call, name, rows, validateOnly)
}

function changesOf(call: Call): ConfigChange[] {
  const set = Object.entries(assignments('topic-config', call.list('topic-config')))
  return [
    ...set.map(([name, value]) => ({ name, operation: 'set' as const, value })),
    ...call.list('unset').map(name => ({ name, operation: 'delete' as const, value: null })),
  ]
}

async function valuesOf(client: KafkaAdminClient, name: string): Promise<Map<string, string | null>> {
  const { describeConfigs } = await import('../../../lib/kafka/admin/index.ts')
  return new Map((await describeConfigs(client, 'topic', name)).map(config => [config.name, config.value]))
}

async function writeChanges(
  call: Call,
  topic: string,
  rows: readonly Changed[],
  isTrial: boolean,
): Promise<void> {
  await writeRows(
    call,
    rows,
    [
      { head: 'name', cell: row => ({ text: row.name, style: 'name' }) },
      { head: 'before', cell: row => printable(row.before ?? '') },
      { head: isTrial ? 'would be' : 'now', cell: row => printable(row.after ?? "the broker's value") },
    ],
    row => ({ topic, changed: !isTrial, ...row }),
    'nothing to change',
  )
}
