import type { LetterState, ReplayResult } from '../../aggregator/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../command.ts'
import { counted, formatTable } from '../human.ts'
import { openKafkaClient } from '../kafka-client.ts'
import { parseSince } from '../since.ts'
import { note, toJsonLine } from '../terminal/output.ts'

export const deadLetters: Command = {
  name: 'aggregator dead-letters',
  summary: 'records that could not be stored: a list of them, or put back into their topic',
  positionals: ['list|replay'],
  details: [
    'A record that no rows can be made of goes to the topic kafka.topics.deadLetters, as it was, with the place where it',
    'stood and the reason in its headers (millrace.dead-letter.*). replay puts what waits there back into its topic, each',
    'record once, however often it runs: do so with a version that can read them. What this version cannot read either would',
    'come back, and so stays (still unreadable). Exit code of replay: 1 where some are left.',
  ].join('\n'),
  options: {
    since: { type: 'string', hint: '7d', description: 'only records made since: a duration back, or a time' },
    json: { type: 'boolean', description: 'one record a line' },
  },
  examples: [
    ['millrace aggregator dead-letters list', 'what could not be stored, and why'],
    ['millrace aggregator dead-letters replay --since 6h', 'put the last hours back'],
  ],
  run: runDeadLetters,
}

async function runDeadLetters(call: Call): Promise<number> {
  const [action] = call.positionals
  if (action !== 'list' && action !== 'replay') throw usageError(`found '${action}', expected list or replay`)
  const nowMs = Date.now()
  const since = call.text('since')
  const sinceMs = since === undefined ? 0 : parseSince(since, nowMs)
  const config = await call.config()
  const { alone, letterReader, listLetters, replayLetters } = await import('../../aggregator/index.ts')
  const kafka = await openKafkaClient(config, 'millrace-dead-letters')
  const options = {
    topic: config.kafka.topics.deadLetters,
    kafka,
    sinceMs,
    nowMs,
    canRead: letterReader(config),
  }
  try {
    if (action === 'replay') {
      const what = 'a replay of dead letters'
      const place = { group: `${config.aggregator.group}.dead-letters`, topic: options.topic, what }
      return printReplay(call, await alone(kafka, place, () => replayLetters(options)))
    }
    const letters = await listLetters(options)
    const rows = letters.map(letter => [
      new Date(letter.timestampMs).toISOString(),
      letter.topic,
      letter.partition,
      letter.offset,
      letter.bytes,
      letter.state,
      letter.reason,
    ])
    if (call.flag('json')) for (const letter of letters) process.stdout.write(`${toJsonLine(letter)}\n`)
    else if (letters.length === 0) note(`there are no dead letters in ${options.topic}`)
    else
      process.stdout.write(
        formatTable(['time', 'topic', 'partition', 'offset', 'bytes', 'state', 'reason'], rows),
      )
    return exitDone
  } finally {
    await kafka.close()
  }
}

const whyLeft: Readonly<Partial<Record<LetterState, string>>> = {
  'still unreadable': 'cannot be read by this version either',
  'unreadable batch': 'of batches that were damaged as a whole',
  'value left out': 'whose values were too large for the topic of dead letters',
  'topic made anew': 'of topics that are not there any more',
}

function printReplay(call: Call, { replayed, left }: ReplayResult): number {
  const states = Object.entries(left) as [LetterState, number][]
  const all = states.reduce((sum, [, count]) => sum + count, 0)
  const reasons = states.map(([state, count]) => `${count} ${whyLeft[state] ?? state}`).join(', ')
  const why = `; ${counted(all, 'record')} cannot be put back: ${reasons}; see millrace aggregator dead-letters list`
  const text = `${counted(replayed, 'record')} put back${all > 0 ? why : ''}`
  process.stdout.write(
    call.flag('json') ? `${toJsonLine({ replayed, left: all, leftByState: left })}\n` : `${text}\n`,
  )
  return all > 0 ? exitNot : exitDone
}
