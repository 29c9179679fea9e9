import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../command.ts'
import { openKafkaClient } from '../kafka-client.ts'
import { parseSince } from '../since.ts'
import type { LedgerCheck } from '../verify/ledger.ts'
import { reportJson, reportText } from '../verify/report.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'proves that every byte of every file is in the store exactly once, as it was written',
  details: [
    'Holds what agents say of every record they sent (the ledger) against the rows in the store, as far as the aggregator has',
    'come: the bytes by their checksum, the path, the service, the order and the count, and that byte ranges and topic offsets',
    'follow one another. What agents have not read yet, and what is not aggregated yet, is said and not verified. Exit code 0:',
    'all of it is so; 1: a list of what is missing, twice, changed, or under another name; 2: it could not look, nobody knows',
    'the agent, or nothing is aggregated that could be verified.',
  ].join('\n'),
  options: {
    agent: { type: 'string', hint: 'ID', description: 'only this agent' },
    since: { type: 'string', hint: '6h', description: 'only what came in since: a duration back, or a time' },
    quick: { type: 'boolean', description: 'counts alone, without reading the lines' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  examples: [
    ['millrace verify', 'all agents'],
    ['millrace verify --agent web1 --json', 'one agent, for a script'],
    ['millrace verify --since 24h --quick', 'the counts of the last day'],
  ],
  run: runVerify,
}

async function runVerify(call: Call): Promise<number> {
  const nowMs = Date.now()
  const since = call.text('since')
  const sinceMs = since === undefined ? 0 : parseSince(since, nowMs)
  const config = await call.config()
  const { createStoreClient } = await import('../../store/index.ts')
  const { verify: verifyLedger } = await import('../verify/verify.ts')
  const kafka = await openKafkaClient(config, 'millrace-verify')
  const store = await createStoreClient(config, { application: 'millrace-verify' })
  try {
    const check = await verifyLedger({
      config,
      kafka,
      store,
      agent: call.text('agent'),
      sinceMs,
      isQuick: call.flag('quick'),
      nowMs,
      progress,
    })
    print(call, check)
    return check.isProven ? exitDone : exitNot
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause
    throw new OperatingError('VERIFY_FAILED', `cannot read the ledger: ${messageOf(cause)}`, { cause })
  } finally {
    await kafka.close()
    await store.close()
  }
}

function progress(doneOffsets: number, ofOffsets: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${doneOffsets} of ${ofOffsets} records\u001b[K`)
}

function print(call: Call, check: LedgerCheck): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(call.flag('json') ? reportJson(check) : reportText(check, call.flag('quick')))
}
