import type { TopicPreviewReport } from '../../../agent/index.ts'
import { parseDurationSeconds } from '../../../lib/logql/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'
import { formatBytes, formatTable, plainCount } from '../../human.ts'
import { openKafkaClient } from '../../kafka-client.ts'
import { toJsonLine } from '../../terminal/output.ts'

export const agentPreview: Command = {
  name: 'agent preview',
  summary: 'what changed rules would do to the records that the topics retain; changes nothing',
  options: {
    since: {
      type: 'string',
      hint: 'DURATION',
      description: 'records of so long ago until now',
      default: '1h',
    },
    agent: { type: 'string', hint: 'ID', description: 'records of this agent alone' },
    examples: {
      type: 'string',
      hint: 'N',
      description: 'shown for each rule, before and after',
      default: '3',
    },
    limit: { type: 'string', hint: 'N', description: 'requests looked at, at most', default: '100000' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  details: '--config names the file with the new rules (agent.transforms), and says where the topics are.',
  examples: [
    ['millrace agent preview --config new.yaml', 'over the last hour'],
    [
      'millrace agent preview --config new.yaml --since 24h --examples 10',
      'over a day, with more to look at',
    ],
  ],
  run: runPreview,
}

async function runPreview(call: Call): Promise<number> {
  const config = await call.config()
  const { transforms } = config.agent
  if (transforms.length === 0)
    throw usageError('there are no rules to try: put them into agent.transforms of the --config file')
  const seconds = parseDurationSeconds(call.text('since') ?? '1h')
  if (seconds === undefined) throw usageError('--since: expected a duration as in 15m or 1h')
  const { previewTopic } = await import('../../../agent/index.ts')
  const client = await openKafkaClient(config, 'millrace-preview')
  try {
    const report = await previewTopic({
      transforms,
      client,
      topic: config.kafka.topics.logs,
      sinceMs: Date.now() - seconds * 1000,
      examples: call.number('examples') ?? 3,
      limit: call.number('limit') ?? 100_000,
      agent: call.text('agent'),
    })
    process.stdout.write(call.flag('json') ? `${toJsonLine(report)}\n` : describe(report))
    return exitDone
  } finally {
    await client.close()
  }
}

function describe(report: TopicPreviewReport): string {
  const { records, kept, bytesBefore, bytesAfter, rules, complete, unreadable } = report
  if (records === 0) return 'there are no records since then\n'
  const share = Math.round((1 - bytesAfter / Math.max(1, bytesBefore)) * 100)
  const rows = rules.map(({ name, matched, changed, dropped, bytesSaved, cpuMs }) => [
    name,
    matched,
    changed,
    dropped,
    formatBytes(Math.max(0, bytesSaved)),
    `${((cpuMs * 1000) / records).toFixed(2)} µs`,
  ])
  const head = `${plainCount(records, 'record')}, ${kept} kept; ${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} after (${share} % less)`
  const notes = [
    ...(complete ? [] : ['there are more records since then: --limit looks at more of them']),
    ...(unreadable === 0 ? [] : [`${plainCount(unreadable, 'record')} of the topic without lines`]),
  ]
  const table = formatTable(['rule', 'matched', 'changed', 'dropped', 'saved', 'CPU a record'], rows)
  const examples = rules.flatMap(({ name, examples: shown }) =>
    shown.map(
      ({ before, after }) =>
        `${name}\n  < ${JSON.stringify(before)}\n  > ${after === undefined ? 'dropped' : JSON.stringify(after)}\n`,
    ),
  )
  return `${[head, ...notes].join('\n')}\n\n${table}${examples.length === 0 ? '' : `\n${examples.join('')}`}`
}
