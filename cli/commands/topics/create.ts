import { type Command, exitDone } from '../../command.ts'
import { withKafka } from '../../kafka-client.ts'
import { write, writeJson } from '../../terminal/output.ts'
import { assignments } from './assignments.ts'

export const topicsCreate: Command = {
  name: 'topics create',
  summary: 'makes a topic',
  positionals: ['NAME'],
  options: {
    partitions: { type: 'string', hint: 'N', description: "partitions (default: the broker's)" },
    replicas: { type: 'string', hint: 'N', description: "copies of each (default: the broker's)" },
    'topic-config': {
      type: 'string',
      hint: 'NAME=VALUE',
      multiple: true,
      description: 'one value of its configuration; repeatable',
    },
    'if-not-exists': { type: 'boolean', description: 'a topic of this name that is there already is fine' },
    'dry-run': { type: 'boolean', description: 'only ask the broker whether it would' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  details: "Names of the configuration are Kafka's: retention.ms, cleanup.policy, segment.bytes.",
  examples: [
    ['millrace topics create orders --partitions 12', 'twelve partitions'],
    [
      'millrace topics create state --topic-config cleanup.policy=compact',
      'one that keeps the last record of each key',
    ],
    ['millrace topics create orders --if-not-exists --dry-run', 'whether that would go'],
  ],
  run: async call => {
    const [name = ''] = call.positionals
    const { createTopic } = await import('../../../lib/kafka/admin/index.ts')
    const isTrial = call.flag('dry-run')
    const topic = {
      name,
      partitions: call.number('partitions'),
      replicationFactor: call.number('replicas'),
      configs: assignments('topic-config', call.list('topic-config')),
    }
    const made = await withKafka(await call.config(), async client => {
      try {
        return await createTopic(client, topic, { validateOnly: isTrial })
      } catch (error) {
        const isThere = (error as { code?: string }).code === 'KAFKA_TOPIC_ALREADY_EXISTS'
        if (isThere && call.flag('if-not-exists')) return undefined
        throw error
      }
    })
    if (call.flag('json')) await writeJson({ topic: name, created: made !== undefined && !isTrial, ...made })
    else await write(`${describe(name, made, isTrial)}\n`)
    return exitDone
  },
}

function describe(name: string, made: { partitions: number } | undefined, isTrial: boolean): string {
  if (made === undefined) return `topic ${name} is there already`
  const partitions = `${made.partitions} partition${made.partitions === 1 ? '' : 's'}`
  return isTrial
    ? `the broker would make topic ${name} with ${partitions}`
    : `made topic ${name} with ${partitions}`
}
