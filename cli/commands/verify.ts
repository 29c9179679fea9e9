import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../command.ts'
import { openKafkaClient } from '../kafka-client.ts'
import type { LedgerCheck } from '../verify/ledger.ts'
import { reportJson, reportText } from '../verify/report.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'proves that every byte of every file is in the store exactly once',
  details: [
    'Reads the ledger that agents write beside their records in the logs topic, and compares it with the rows in the store,',
    'as far as the aggregator has come; what it has not aggregated yet is said and not verified. Exit code 0: every',
    'aggregated byte range is there exactly once; 1: a list of gaps, overlaps and wrong counts; 2: it could not look, or',
    'nothing is aggregated that could be verified.',
  ].join('\n'),
  options: {
    agent: { type: 'string', hint: 'ID', description: 'only this agent' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  examples: [
    ['millrace verify', 'all agents'],
    ['millrace verify --agent web1 --json', 'one agent, for a script'],
  ],
  run: runVerify,
}

async function runVerify(call: Call): Promise<number> {
  const config = await call.config()
  const { createStoreClient } = await import('../../store/index.ts')
  const { verify: verifyLedger } = await import('../verify/verify.ts')
  const kafka = await openKafkaClient(config, 'millrace-verify')
  const store = await createStoreClient(config, { application: 'millrace-verify' })
  try {
    const check = await verifyLedger({ config, kafka, store, agent: call.text('agent'), progress })
    print(call, check)
    return check.findings.length === 0 ? exitDone : exitNot
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause
    throw new OperatingError('VERIFY_FAILED', `cannot read the ledger: ${messageOf(cause)}`, { cause })
  } finally {
    await kafka.close()
    await store.close()
  }
}

function progress(doneRecords: number, ofRecords: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${doneRecords} of ${ofRecords} records\u001b[K`)
}

function print(call: Call, check: LedgerCheck): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(call.flag('json') ? reportJson(check) : reportText(check))
}
