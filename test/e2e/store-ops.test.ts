import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alone } from '../../aggregator/index.ts'
import { parseConfig } from '../../cli/config.ts'
import { createKafkaClient } from '../../lib/kafka/client/index.ts'
import { writeBatch } from '../../lib/kafka/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import type { StatusAnswer } from '../../query/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { run, type Stack, startStack, until } from './stack.ts'

const sources = `agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null, token: own, tenants: [{tenant: acme, token: theirs}]}]`

describe('a store in operation', { timeout: 90_000 }, () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack([sources, 'telemetry.enabled=false', 'kafka.topics.partitions=1'])
  }, 90_000)
  afterAll(async () => {
    await stack?.stop()
  })
  const rows = async (query: string): Promise<unknown[]> => {
    const url = `http://${stack.address('store', 'clickhouse')}`
    const config = parseConfig(JSON.stringify({ dataDir: stack.dataDir, clickhouse: { url } }), {})
    const client = await createStoreClient(config)
    try {
      return await (await client.query({ query, format: 'JSONCompactEachRow' })).json()
    } finally {
      await client.close()
    }
  }
  const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 20_000, interval: 200 })
  const request = (body: string) => {
    const time = nanosOfMs(Date.now())
    const line = { time, observed: time, severityNumber: 9, severityText: 'INFO', body, attributes: {} }
    // what a sender says of itself does not count
    const resource = { 'service.name': 'shop', 'millrace.tenant': 'forged' }
    return writeLogsRequest({ resource, scope: 's' }, [line])
  }
  const send = async (token: string, body: string) => {
    const answer = await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${token}` },
      body: new Uint8Array(request(body)),
    })
    return answer.status
  }

  /** As the command does on another machine. */
  const whileAnotherRuns = async <T>(work: () => Promise<T>): Promise<T> => {
    const kafka = createKafkaClient({ brokers: [stack.address('broker', 'kafka')], clientId: 'other' })
    const place = { group: 'millrace-aggregator.dead-letters', topic: 'otlp_logs', what: 'a replay' }
    try {
      return await alone(kafka, place, work)
    } finally {
      await kafka.close()
    }
  }

  it("puts what is sent with a tenant's token under that tenant", async () => {
    expect(await send('nobody', 'x')).toBe(401)
    // the same bytes, of two
    expect(await send('theirs', 'a line')).toBe(200)
    await eventually(() => rows("SELECT Tenant, Body FROM otel_logs WHERE Tenant = 'acme'")).toEqual([
      ['acme', 'a line'],
    ])
    expect(await rows("SELECT count() FROM otel_logs WHERE Tenant = 'forged'")).toEqual([[0]])
    await eventually(() => rows("SELECT sum(Lines) FROM log_rollup_1m WHERE Tenant = 'acme'")).toEqual([[1]])
    await eventually(async () => (await run(['verify', ...stack.arguments])).code).toBe(0)
  })

  it('lists what cannot be stored and leaves it where it would come back, on the command line', async () => {
    const kafka = createKafkaClient({ brokers: [stack.address('broker', 'kafka')], clientId: 'test' })
    try {
      const poison = { key: null, value: Buffer.from([0xff]), timestampMs: Date.now(), headers: [] }
      await kafka.produce('otlp_logs', 0, writeBatch([poison]))
    } finally {
      await kafka.close()
    }
    const list = () => run(['aggregator', 'dead-letters', 'list', '--json', ...stack.arguments])
    await eventually(async () => (await list()).stdout).toContain('"state":"still unreadable"')
    const [letter] = (await list()).stdout.trim().split('\n')
    expect(JSON.parse(letter ?? '')).toMatchObject({ topic: 'otlp_logs', partition: 0, bytes: 1 })
    const replaying = () => run(['aggregator', 'dead-letters', 'replay', ...stack.arguments])
    const second = await whileAnotherRuns(replaying)
    expect([second.code, second.stdout]).toEqual([2, ''])
    expect(second.stderr).toContain('a replay of dead letters is under way already, from 127.0.0.1: wait')
    const replay = await replaying()
    expect([replay.code, replay.stdout]).toEqual([
      1,
      '0 records put back; 1 record cannot be put back: 1 cannot be read by this version either; see millrace aggregator dead-letters list\n',
    ])
    expect((await list()).stdout.trim().split('\n')).toEqual([letter])
    expect((await run(['groups', '--json', ...stack.arguments])).stdout).not.toContain('dead-letters')
    const wrong = await run(['aggregator', 'dead-letters', 'burn', ...stack.arguments])
    expect([wrong.code, wrong.stderr]).toEqual([2, "millrace: found 'burn', expected list or replay\n"])
  })

  it('deletes on the command line, first only showing it', async () => {
    await send('own', 'forget me')
    await eventually(() => rows("SELECT count() FROM otel_logs WHERE Body = 'forget me'")).toEqual([[1]])
    const [[tenant]] = (await rows("SELECT Tenant FROM otel_logs WHERE Body = 'forget me'")) as [[string]]
    const args = ['store', 'delete', '--tenant', tenant, '--match', '{} |= "forget me"', ...stack.arguments]
    const shown = await run(args)
    expect(shown.code).toBe(1)
    expect(shown.stdout).toMatch(/^would delete 1 line \(9 B\) of 1 day, /)
    expect((await run([...args, '--yes'])).code).toBe(0)
    expect(await rows("SELECT count() FROM otel_logs WHERE Body = 'forget me'")).toEqual([[0]])
    const wrong = await run(['store', 'delete', '--match', '{', ...stack.arguments])
    expect([wrong.code, wrong.stderr.trim().split('\n').length]).toEqual([2, 1])
  })

  it('tells how much room there is', async () => {
    const status = async (query: string) =>
      (await (await fetch(`${stack.url}/api/status${query}`)).json()) as StatusAnswer
    const { storeDisk, roles, foreignRecords } = await status('')
    // the record that could not be read, which takes a look at all of the ledger
    expect([foreignRecords, (await status('?foreign=true')).foreignRecords]).toEqual([null, 1])
    expect(storeDisk?.path).toMatch(/^\/.*store/)
    expect(storeDisk?.freeBytes).toBeGreaterThan(0)
    expect(storeDisk?.totalBytes).toBeGreaterThanOrEqual(storeDisk?.freeBytes ?? 0)
    expect(roles.find(({ role }) => role === 'store')?.detail).toMatch(
      /^ClickHouse \S+, [\d.]+ (?:MB|GB|TB) free$/,
    )
    expect((await fetch(`${stack.url}/readyz`)).status).toBe(200)
  })
})

describe('a store without room, and one that has grown', { timeout: 90_000 }, () => {
  it('is not ready, and starts afresh', async () => {
    // more than any disk has, and less than any process takes
    const stack = await startStack([
      'store.minFreeBytes=9000000000000000',
      'store.maxMemoryBytes=60000000',
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
      'telemetry.enabled=false',
    ])
    try {
      const ready = async () => await (await fetch(`${stack.url}/readyz`)).text()
      await expect.poll(ready, { timeout: 30_000, interval: 50 }).toContain('store: its disk is full: ')
      const before = stack.rolePid('store')
      await until(() => stack.output().includes('it starts afresh'), 30_000, stack.output)
      await until(() => ![undefined, before].includes(stack.rolePid('store')), 30_000, stack.output)
    } finally {
      await stack.stop()
    }
  })
})
