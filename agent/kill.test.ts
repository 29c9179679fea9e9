import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createKafkaClient } from '../lib/kafka/client/index.ts'
import { readLedgerHeaders } from '../lib/ledger/index.ts'
import {
  expectWholeLedger,
  kill,
  type StartedRole,
  startRole,
  Writer,
  writersSource,
} from './testing/killed-agent.ts'
import { itemsOf } from './testing/read-spool.ts'
import { readTopic } from './testing/read-topic.ts'
import { inTemporaryFolder, until } from './testing/temporary-folder.ts'

const lines = 30_000
/** Another, empty cluster to ship to, as Apache Kafka's: `host:port`. */
const cluster = process.env['MILLRACE_TEST_KAFKA']

test('killed again and again while files grow and rotate, an agent ships every line once', async () => {
  await inTemporaryFolder(async folder => {
    const logs = join(folder, 'logs')
    mkdirSync(logs)
    const dataDir = `dataDir=${join(folder, 'data')}`
    const broker =
      cluster === undefined ? await startRole('broker', [dataDir, 'broker.listen=127.0.0.1:0']) : undefined
    const address = cluster ?? /kafka (\S+)/.exec(broker?.ready ?? '')?.[1] ?? ''
    const source = `agent.sources=[${writersSource(logs)}]`
    const settings = [
      dataDir,
      `kafka.brokers=["${address}"]`,
      'agent.id=a',
      'telemetry.enabled=false',
      source,
    ]
    const writer = new Writer(logs)
    const { agent, kills } = await writeAndKill(writer, settings)
    const client = createKafkaClient({ brokers: [address], clientId: 'test' })
    const found = async () => readTopic(client, 'otlp_logs')
    await until('every line', async () => linesOf(await found()).length >= lines, 20_000)
    await kill(agent.child, 'SIGTERM')
    const records = await found()
    const sequence = linesOf(records).sort((a, b) => a - b)
    expect(sequence).toEqual(Array.from({ length: lines }, (_, i) => i))
    expectWholeLedger(records.map(record => readLedgerHeaders(record.headers)))
    await client.close()
    if (broker !== undefined) await kill(broker.child, 'SIGTERM')
    expect(kills).toBeGreaterThan(3)
  })
}, 120_000)

/** Kills the agent at any moment until all is written; answers with the one that lives. */
async function writeAndKill(
  writer: Writer,
  settings: string[],
): Promise<{ agent: StartedRole; kills: number }> {
  let kills = 0
  let agent = await startRole('agent', settings)
  while (writer.written < lines) {
    for (let i = 0; i < 12; i++) {
      writer.write()
      await sleep(25)
    }
    if (kills % 2 === 0) writer.rotate()
    await sleep(Math.random() * 150)
    await kill(agent.child, 'SIGKILL')
    kills++
    if (kills % 3 === 0) writer.rotate()
    agent = await startRole('agent', settings)
  }
  return { agent, kills }
}

function linesOf(records: { value: Buffer }[]): number[] {
  return records.flatMap(({ value }) => itemsOf('logs', value).map(item => Number(item.attributes['seq'])))
}
