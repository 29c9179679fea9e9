import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startBroker } from '../broker/index.ts'
import { type Config, parseConfig } from '../cli/config.ts'
import { listen, Metrics, memoryLogger, type Role, systemClock } from '../lib/base/index.ts'
import { createKafkaClient } from '../lib/kafka/client/index.ts'
import { BatchCursor, readRecords } from '../lib/kafka/index.ts'
import { type Heartbeat, type LedgerEntry, readLedgerHeaders } from '../lib/ledger/index.ts'
import { nanosOfMs, writeLogsRequest } from '../lib/otlp/index.ts'
import { startAgent } from './agent.ts'
import { FakeKafka } from './testing/fake-kafka.ts'
import { itemsOf } from './testing/read-spool.ts'
import { readTopic } from './testing/read-topic.ts'
import { inTemporaryFolder, until } from './testing/temporary-folder.ts'

function configOf(folder: string, extra: object = {}): Config {
  const sources = [
    { type: 'file', name: 'shop logs', include: [join(folder, 'logs', '*.log')] },
    { type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0' },
    { type: 'forward', listen: '127.0.0.1:0' },
    { type: 'hostmetrics', intervalMs: 200 },
  ]
  const agent = { id: 'agent-1', heartbeatMs: 100, sources, ...extra }
  return parseConfig(JSON.stringify({ dataDir: folder, agent }), {})
}

function context(entries = memoryLogger()) {
  const fail = (error: unknown): void => {
    throw error
  }
  return { logger: entries.logger, metrics: new Metrics(), clock: systemClock, fail }
}

function bodies(values: Buffer[]): string[] {
  return values.flatMap(value => itemsOf('logs', value).map(item => item.body)).sort()
}

function heartbeats(kafka: FakeKafka): Heartbeat[] {
  return kafka.valuesOf('millrace_heartbeats').map(value => JSON.parse(value.toString()) as Heartbeat)
}

/** The ledger of what stands in the topic of logs. */
function entriesOf(kafka: FakeKafka): LedgerEntry[] {
  const batches = [...kafka.partitions]
    .filter(([key]) => key.startsWith('otlp_logs-'))
    .flatMap(([, list]) => list)
  return batches.flatMap(bytes => {
    const cursor = new BatchCursor(bytes)
    cursor.next()
    return [...readRecords(cursor)].flatMap(({ headers }) => {
      const entry = readLedgerHeaders(headers.map(({ key, value }) => ({ key, value: String(value) })))
      return entry === undefined ? [] : [entry]
    })
  })
}

/** A kilobyte that compresses to half. */
function noise(): string {
  return randomBytes(500).toString('hex')
}

async function post(role: Role, body: string): Promise<number> {
  const time = nanosOfMs(1_700_000_000_000)
  const record = { time, observed: time, severityNumber: 9, severityText: '', body, attributes: {} }
  const request = writeLogsRequest({ resource: { 'service.name': 'shop' }, scope: 'test' }, [record])
  const response = await fetch(`http://${role.addresses['otlpHttp']}/v1/logs`, {
    method: 'POST',
    body: new Uint8Array(request),
    headers: { 'content-type': 'application/x-protobuf' },
  })
  return response.status
}

describe.concurrent('an agent', () => {
  test('ships what every source has, and says how far it is', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      await mkdir(join(folder, 'logs'))
      await writeFile(join(folder, 'logs', 'shop.log'), 'one\ntwo\n')
      const role = await startAgent(configOf(folder), context(), { client: kafka.client() })
      expect(Object.keys(role.addresses).sort()).toEqual(['admin', 'forward', 'otlpGrpc', 'otlpHttp'])
      expect(await post(role, 'pushed')).toBe(200)
      await until('all shipped', () => bodies(kafka.valuesOf('otlp_logs')).length === 3)
      expect(bodies(kafka.valuesOf('otlp_logs'))).toEqual(['one', 'pushed', 'two'])
      await until('host metrics', () => kafka.valuesOf('otlp_metrics').length > 0)
      const nowMs = Date.now()
      await until('complete to now', () => (heartbeats(kafka).at(-1)?.watermarkMs ?? 0) >= nowMs, 20_000)
      await role.close()
      const last = heartbeats(kafka).at(-1) as Heartbeat
      expect(last).toMatchObject({ schema: 1, agent: 'agent-1', stopped: true, dropped: {} })
      const lane = last.lanes.find(({ topic }) => topic === 'otlp_logs')
      expect(lane).toMatchObject({ offset: kafka.valuesOf('otlp_logs').length, spoolBytes: 0 })
      expect(last.sources).toEqual([
        { source: join(folder, 'logs', 'shop.log'), title: 'shop logs', lagBytes: 0 },
      ])
    })
  }, 30_000)

  test('sends to a topic that a rule names since a reload, without a restart', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      await mkdir(join(folder, 'logs'))
      const path = join(folder, 'logs', 'shop.log')
      await writeFile(path, 'one\n')
      const role = await startAgent(configOf(folder), context(), { client: kafka.client() })
      await until('the first line', () => kafka.valuesOf('otlp_logs').length === 1)
      const route = (topic: string) => ({ type: 'route', name: topic, where: '|= "audit"', topic })
      const outputs = [{ type: 'kafka' }, { type: 'file', path: join(folder, 'out.jsonl') }]
      const withRoute = configOf(folder, { transforms: [route('audit')], outputs })
      expect(await role.reload?.(withRoute)).toEqual(['agent.outputs'])
      await appendFile(path, 'two\naudit three\n')
      await until('the routed line', () => kafka.valuesOf('audit').length === 1)
      expect(bodies(kafka.valuesOf('audit'))).toEqual(['audit three'])
      expect(await role.reload?.(configOf(folder, { transforms: [route('other')], outputs }))).toEqual([
        'agent.outputs',
      ])
      await appendFile(path, 'audit four\n')
      await until('the other topic', () => kafka.valuesOf('other').length === 1)
      expect(bodies(kafka.valuesOf('otlp_logs'))).toEqual(['one', 'two'])
      await until('the account of it', () => entriesOf(kafka).length === 3)
      const [, , last] = entriesOf(kafka)
      expect(last?.gaps).toEqual([{ row: 0, bytes: 11, reason: 'other', isChange: false }])
      await role.close()
    })
  }, 30_000)

  test('takes everything in while the brokers are away, and claims nothing that is not there', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      kafka.reachable = false
      const entries = memoryLogger()
      await mkdir(join(folder, 'logs'))
      const role = await startAgent(configOf(folder), context(entries), { client: kafka.client() })
      expect(await post(role, 'pushed')).toBe(200)
      await appendFile(join(folder, 'logs', 'shop.log'), 'one\n')
      const postedMs = Date.now()
      await new Promise(resolve => setTimeout(resolve, 300))
      await role.close()
      kafka.reachable = true
      const again = await startAgent(configOf(folder), context(), { client: kafka.client() })
      await until('all shipped', () => bodies(kafka.valuesOf('otlp_logs')).length === 2)
      expect(heartbeats(kafka)[0]?.watermarkMs ?? 0).toBeLessThan(postedMs)
      await again.close()
      expect(bodies(kafka.valuesOf('otlp_logs'))).toEqual(['one', 'pushed'])
      expect(entries.entries.filter(e => e.level === 'warn').every(e => e.local)).toBe(true)
    })
  }, 30_000)

  test('with dropOldest a full spool lets its oldest go, and the ledger says which ranges', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      kafka.reachable = false
      await mkdir(join(folder, 'logs'))
      const spool = { maxBytes: 1_048_576, onFull: 'dropOldest' }
      const sources = [{ type: 'file', include: [join(folder, 'logs', '*.log')] }]
      const entries = memoryLogger()
      const role = await startAgent(configOf(folder, { spool, sources }), context(entries), {
        client: kafka.client(),
      })
      const total = 6_000
      for (let i = 0; i < total; i += 100) {
        const lines = Array.from({ length: 100 }, (_, j) => `${i + j} ${noise()}\n`)
        await appendFile(join(folder, 'logs', 'a.log'), lines.join(''))
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      await until(
        'something was dropped',
        () => entries.entries.some(e => e.message.includes('the oldest was dropped')),
        20_000,
      )
      kafka.reachable = true
      const shipped = () =>
        entriesOf(kafka).reduce((sum, { lines, dropped }) => sum + lines + (dropped['spool-full'] ?? 0), 0)
      await until('all is accounted for', () => shipped() >= total, 20_000)
      await role.close()
      expect(shipped()).toBe(total)
      const ledger = entriesOf(kafka).toSorted((a, b) => a.from - b.from)
      let at = 0
      for (const { from, to } of ledger) {
        expect(from).toBe(at)
        at = to
      }
      const numbers = bodies(kafka.valuesOf('otlp_logs')).map(body => Number(body.split(' ')[0]))
      expect(new Set(numbers).size).toBe(numbers.length)
      expect(numbers).toContain(total - 1)
      const dropped = ledger.reduce((sum, entry) => sum + (entry.dropped['spool-full'] ?? 0), 0)
      expect(dropped).toBe(total - numbers.length)
      expect(heartbeats(kafka).at(-1)?.dropped['spool-full']).toBeGreaterThanOrEqual(dropped)
    })
  }, 60_000)

  test('refuses a folder that another agent has, and a port that is taken, and then leaves nothing behind', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      const role = await startAgent(configOf(folder), context(), { client: kafka.client() })
      await expect(startAgent(configOf(folder), context(), { client: kafka.client() })).rejects.toThrow(
        'is in use by',
      )
      await role.close()
      const blocker = createServer()
      const taken = await listen(blocker, '127.0.0.1:0', 'none')
      const sources = [{ type: 'hostmetrics' }, { type: 'otlp', http: taken, grpc: null }]
      const clash = startAgent(configOf(folder, { sources }), context(), { client: kafka.client() })
      await expect(clash).rejects.toThrow(
        `${taken} is already in use: stop the other program or set agent.sources[1].http`,
      )
      blocker.close()
      await (await startAgent(configOf(folder), context(), { client: kafka.client() })).close()
    })
  })

  test('stops while its spool is full and the brokers are away, and goes on from there', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      kafka.reachable = false
      await mkdir(join(folder, 'logs'))
      const config = configOf(folder, { spool: { maxBytes: 1_048_576 } })
      const lines = Array.from({ length: 9_000 }, noise)
      await writeFile(join(folder, 'logs', 'shop.log'), `${lines.join('\n')}\n`)
      const entries = memoryLogger()
      const role = await startAgent(config, context(entries), { client: kafka.client() })
      await until('the spool is full', () => entries.entries.some(e => e.message.startsWith('spool full')))
      expect(await post(role, 'pushed')).toBe(429)
      const startMs = performance.now()
      await role.close()
      expect(performance.now() - startMs).toBeLessThan(3_000)
      kafka.reachable = true
      const again = await startAgent(config, context(), { client: kafka.client() })
      await until('all shipped', () => bodies(kafka.valuesOf('otlp_logs')).length >= 9_000, 20_000)
      expect(bodies(kafka.valuesOf('otlp_logs'))).toEqual(lines.sort())
      await again.close()
    })
  }, 30_000)

  test('keeps its spool within bounds: what is acknowledged goes', async () => {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      await mkdir(join(folder, 'logs'))
      const config = configOf(folder, { spool: { maxBytes: 1_048_576 } })
      const role = await startAgent(config, context(), { client: kafka.client() })
      // hexadecimal noise compresses to half: three times what the spool holds
      const noise = (): string =>
        Buffer.from(Array.from({ length: 500 }, () => Math.random() * 256)).toString('hex')
      const lines = Array.from({ length: 6_000 }, noise)
      await writeFile(join(folder, 'logs', 'shop.log'), `${lines.join('\n')}\n`)
      await until('all shipped', () => bodies(kafka.valuesOf('otlp_logs')).length >= 6_000, 20_000)
      expect(bodies(kafka.valuesOf('otlp_logs'))).toEqual(lines.sort())
      await role.close()
    })
  }, 30_000)
})

test('the real broker gets every line once, across restarts of the agent', async () => {
  await inTemporaryFolder(async folder => {
    const input = { dataDir: folder, broker: { listen: '127.0.0.1:0' } }
    const broker = await startBroker(parseConfig(JSON.stringify(input), {}), context())
    const address = broker.addresses['kafka'] ?? ''
    const config = configOf(folder)
    config.kafka.brokers = [address]
    await mkdir(join(folder, 'logs'))
    const expected: string[] = []
    for (let round = 0; round < 4; round++) {
      const role = await startAgent(config, context())
      const lines = Array.from({ length: 500 }, (_, i) => `round ${round} line ${i}`)
      await appendFile(join(folder, 'logs', 'shop.log'), `${lines.join('\n')}\n`)
      expected.push(...lines)
      await new Promise(resolve => setTimeout(resolve, round * 100))
      await role.close()
    }
    const last = await startAgent(config, context())
    const client = createKafkaClient({ brokers: [address], clientId: 'test' })
    let found: string[] = []
    await until('all lines', async () => {
      found = bodies((await readTopic(client, 'otlp_logs')).map(record => record.value))
      return found.length >= expected.length
    })
    expect(found).toEqual(expected.sort())
    await last.close()
    await client.close()
    await broker.close()
  })
}, 20_000)
