import { type Call, type Command, exitDone, usageError } from '../command.ts'
import { plainCount } from '../human.ts'
import { openKafkaClient } from '../kafka-client.ts'
import { parseSince } from '../since.ts'
import { note } from '../terminal/output.ts'

export const backfillCommand: Command = {
  name: 'aggregator backfill',
  summary: 'counts by a rollup what came in before it was defined',
  details: [
    'Reads the logs topic again, from a moment on and as far as the aggregator has come, and counts what the rollup of this',
    'name has not counted yet. However often it runs, and wherever it was ended, each line counts once.',
  ].join('\n'),
  options: {
    rollup: { type: 'string', hint: 'NAME', description: 'the rollup, as in rollups of the configuration' },
    since: { type: 'string', hint: '7d', description: 'how far back, or a time as in 2026-01-31T00:00:00Z' },
  },
  examples: [
    ['millrace aggregator backfill --rollup http_errors --since 7d', 'the last week'],
    ['millrace aggregator backfill --rollup http_errors --since 2026-01-31T00:00:00Z', 'from a moment on'],
  ],
  run: runBackfill,
}

async function runBackfill(call: Call): Promise<number> {
  const rollup = call.text('rollup')
  const since = call.text('since')
  if (rollup === undefined || since === undefined)
    throw usageError('name a rollup and a time: --rollup and --since')
  const from = parseSince(since, Date.now())
  const config = await call.config()
  const { alone, backfill, expectRollup } = await import('../../aggregator/index.ts')
  // before a group is made for it
  expectRollup(config, rollup)
  const { createStoreClient } = await import('../../store/index.ts')
  const kafka = await openKafkaClient(config, 'millrace-backfill')
  const store = await createStoreClient(config, { application: 'millrace-backfill' })
  try {
    const place = {
      group: `${config.aggregator.group}.backfill.${rollup}`,
      topic: config.kafka.topics.logs,
      what: `a backfill of ${rollup}`,
    }
    const options = { config, kafka, store, rollup, sinceMs: from, progress }
    const { counted, lines } = await alone(kafka, place, () => backfill(options))
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    process.stdout.write(
      `${plainCount(counted, 'record')} of ${place.topic} counted by ${rollup}: ${plainCount(lines, 'line')}\n`,
    )
    if (counted > 0 && lines === 0)
      note(`none of their lines is what ${rollup} counts: try its where with millrace logs`)
    return exitDone
  } finally {
    await kafka.close()
    await store.close()
  }
}

function progress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} pieces\u001b[K`)
}
