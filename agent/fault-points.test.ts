import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createKafkaClient } from '../lib/kafka/client/index.ts'
import { readLedgerHeaders } from '../lib/ledger/index.ts'
import { seeded } from '../lib/log/testing/seeded.ts'
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

/** More by hand: `MILLRACE_FAULT_SEEDS=1,2,3,4,5 npx vitest run agent/fault-points`. */
const seeds = (process.env['MILLRACE_FAULT_SEEDS'] ?? '1,2').split(',').map(Number)
const deaths = 10
/** Things that an agent does which stay behind, from its start until it is at rest, and some more. */
const mostSteps = 150
const dieAt = new URL('./testing/die-at.ts', import.meta.url).href
/** An agent that did not come so far ends after this long. */
const givenMs = 4_000

/** Pushes numbered requests, each again and again until it is answered. */
class Pusher {
  next = 0
  #isOpen = true
  #url = ''
  readonly #running: Promise<void>

  constructor() {
    this.#running = this.#run()
  }

  to(address: string): void {
    this.#url = `http://${address}/v1/logs`
  }

  async #run(): Promise<void> {
    while (this.#isOpen) {
      const record = { body: { stringValue: `pushed ${this.next}` } }
      const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(this.#url, { method: 'POST', headers, body }).catch(() => undefined)
      if (answer?.ok === true) this.next++
      else await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  async stop(): Promise<void> {
    this.#isOpen = false
    await this.#running
  }
}

test.each(seeds)(
  'killed between any two writes, an agent ships every line once, and every request once: seed %i',
  async seed => {
    await inTemporaryFolder(async folder => {
      const random = seeded(seed)
      const logs = join(folder, 'logs')
      mkdirSync(logs)
      const broker = await startRole('broker', [`dataDir=${folder}/broker`, 'broker.listen=127.0.0.1:0'])
      const address = /kafka (\S+)/.exec(broker.ready)?.[1] ?? ''
      const settings = [
        `dataDir=${folder}/agent`,
        `kafka.brokers=["${address}"]`,
        'agent.id=a',
        'agent.listen=127.0.0.1:0',
        'agent.spool.maxBytes=8388608',
        'telemetry.enabled=false',
        `agent.sources=[${writersSource(logs)}, {type: otlp, http: "127.0.0.1:0", grpc: null}]`,
      ]
      const writer = new Writer(logs)
      const pusher = new Pusher()
      const points: number[] = []
      for (let death = 0; death < deaths; death++) {
        writer.write(1 + Math.floor(random() * 2_000))
        if (random() < 0.4) writer.rotate()
        points.push(1 + Math.floor(random() * mostSteps))
        await untilDead(settings, points.at(-1) ?? 0, pusher)
      }
      const agent = await startRole('agent', settings)
      pusher.to(otlpOf(agent))
      const client = createKafkaClient({ brokers: [address], clientId: 'test' })
      const found = async () => await readTopic(client, 'otlp_logs')
      await until('every line', async () => seqsOf(await found()).length >= writer.written, 60_000)
      await pusher.stop()
      await kill(agent.child, 'SIGTERM')
      const records = await found()
      const why = `died at steps ${points.join(', ')}`
      expect(seqsOf(records), why).toEqual(Array.from({ length: writer.written }, (_, i) => i))
      expect(pushedIn(records), why).toEqual(Array.from({ length: pusher.next }, (_, i) => i))
      expectWholeLedger(records.map(record => readLedgerHeaders(record.headers)))
      await client.close()
      await kill(broker.child, 'SIGTERM')
    })
  },
  600_000,
)

/** Runs an agent until it is killed at a step, or for a while where it does not come so far. */
async function untilDead(settings: readonly string[], step: number, pusher: Pusher): Promise<void> {
  const environment = { MILLRACE_DIE_AT: String(step) }
  let agent: StartedRole
  try {
    agent = await startRole('agent', settings, { node: ['--import', dieAt], environment })
  } catch {
    // it died before it was ready, which is as it should be
    return
  }
  pusher.to(otlpOf(agent))
  const ended = once(agent.child, 'exit')
  if (agent.child.signalCode !== null) return
  await Promise.race([ended, new Promise(resolve => setTimeout(resolve, givenMs))])
  if (agent.child.signalCode === null) await kill(agent.child, 'SIGKILL')
}

const otlpOf = ({ ready }: StartedRole): string => /otlpHttp (\S+)/.exec(ready)?.[1] ?? ''

type Values = readonly { value: Buffer }[]

function seqsOf(records: Values): number[] {
  const all = records.flatMap(({ value }) => itemsOf('logs', value).map(item => item.attributes['seq']))
  return all
    .filter(seq => seq !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
}

function pushedIn(records: Values): number[] {
  const all = records.flatMap(({ value }) => itemsOf('logs', value).map(item => item.body))
  return all
    .filter(body => body.startsWith('pushed '))
    .map(body => Number(body.slice(7)))
    .sort((a, b) => a - b)
}
