import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../lib/base/index.ts'
import type { RecordInput } from '../lib/kafka/index.ts'
import { writeBatch } from '../lib/kafka/index.ts'
import { ledgerHeaders } from '../lib/ledger/index.ts'
import { nanosOfMs, writeLogsRequest } from '../lib/otlp/index.ts'
import { createStoreClient } from '../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../store/testing/store.ts'
import { Figures } from './figures.ts'
import { TopicConsumer } from './group/consumer.ts'
import { decodeMetadata } from './group/plan.ts'
import { FakeKafka } from './testing/fake-kafka.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'

/** Generous, since the machine may be busy. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000, interval: 10 })

describe.skipIf(reason !== undefined)(
  `the aggregator${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let kafka: FakeKafka
    let running: TopicConsumer[] = []
    const { logger, entries } = memoryLogger()

    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    beforeEach(async () => {
      entries.length = 0
      kafka = new FakeKafka()
      for (const name of [topic, 'otlp_metrics', 'otlp_spans']) kafka.makeTopic(name, 2)
      for (const table of ['otel_logs', 'log_rollup_10s', 'log_rollup_1m', 'log_rollup_1h'])
        await client.command({ query: `TRUNCATE TABLE ${table}` })
    })
    afterEach(async () => {
      await Promise.all(running.map(consumer => consumer.close()))
      running = []
    })

    const start = async (
      kafkaClient: ReturnType<FakeKafka['client']>,
      maxRows = 100_000,
      maxDelayMs = 50,
    ): Promise<TopicConsumer> => {
      const config: Config = {
        ...store.config,
        aggregator: { ...store.config.aggregator, maxDelayMs, maxRows, group: 'aggregators' },
      }
      const figures = new Figures(new Metrics())
      const onLost = (error: unknown) => {
        throw error
      }
      const consumer = new TopicConsumer({
        config,
        client: kafkaClient,
        instanceId: undefined,
        figures,
        clock: systemClock,
        logger,
        onLost,
      })
      await consumer.start()
      return consumer
    }
    const run = async (kafkaClient = kafka.client(), maxRows?: number): Promise<void> => {
      running.push(await start(kafkaClient, maxRows))
    }
    const rows = async <T>(query: string): Promise<T[]> => {
      const result = await client.query({ query, format: 'JSONEachRow' })
      return await result.json<T>()
    }
    const count = async (table = 'otel_logs', what = 'count()') =>
      Number((await rows<{ n: string }>(`SELECT ${what} AS n FROM ${table}`))[0]?.n)
    const settled = (partition = 0) => {
      const committed = kafka.committed(topic, partition)
      return committed !== undefined && decodeMetadata(committed.metadata)?.to === undefined
        ? committed.offset
        : -1
    }

    it('makes rows of lines that say where in the topic they stand', async () => {
      kafka.append(topic, 1, [request(3, 0), request(2, 3, 'agent-7')])
      await run()
      await eventually(() => settled(1)).toBe(2)
      const found = await rows(
        'SELECT Body, TopicOffset, TopicIndex, TopicPartition, Agent FROM otel_logs ORDER BY Body',
      )
      expect(found).toEqual(
        [0, 1, 2, 3, 4].map(i => ({
          Body: `line ${i}`,
          TopicOffset: i < 3 ? 0 : 1,
          TopicIndex: i < 3 ? i : i - 3,
          TopicPartition: 1,
          Agent: i < 3 ? '' : 'agent-7',
        })),
      )
      expect(await count('log_rollup_10s', 'sum(Lines)')).toBe(5)
      expect(await count('log_rollup_1m', 'sum(Bytes)')).toBe(5 * 'line 0'.length)
      expect(await count('log_rollup_1h', 'sum(Lines)')).toBe(5)
    })

    it('does not keep the first line after quiet waiting for more', async () => {
      running.push(await start(kafka.client(), 100_000, 60_000))
      kafka.append(topic, 0, [request(1, 0)])
      await eventually(() => count()).toBe(1)
    })

    it('splits what has gathered into ranges of so many rows, in order', async () => {
      for (let i = 0; i < 20; i++) kafka.append(topic, 0, [request(10, i * 20), request(10, i * 20 + 10)])
      await run(kafka.client(), 35)
      await eventually(() => settled()).toBe(40)
      expect(await count()).toBe(400)
      const plans = kafka.commits.map(({ offset, metadata }) => [offset, decodeMetadata(metadata)?.to])
      expect(plans.slice(0, 4)).toEqual([
        [0, 4],
        [4, undefined],
        [4, 8],
        [8, undefined],
      ])
    })

    it('notes what it cannot read as a row, and goes on', async () => {
      const good = request(1, 0)
      kafka.append(topic, 0, [good, { ...good, value: Buffer.from([0xff, 0xff, 0xff]) }, request(1, 1)])
      const damaged = writeBatch([good, good])
      damaged.writeUInt32BE(1, 17)
      kafka.appendRaw(topic, 0, damaged)
      kafka.append('otlp_spans', 0, [{ ...good, value: Buffer.from([0x0a, 0x7f]) }])
      await run()
      await eventually(() => settled()).toBe(5)
      await eventually(() => count()).toBe(5)
      const notes = await rows<{ Topic: string; TopicOffset: number; error: string }>(
        "SELECT Topic, TopicOffset, LogAttributes['millrace.error'] AS error FROM otel_logs WHERE EventName = 'millrace.undecodable' ORDER BY Topic, TopicOffset",
      )
      expect(notes.map(note => [note.Topic, note.TopicOffset])).toEqual([
        [topic, 1],
        [topic, 3],
        ['otlp_spans', 0],
      ])
      expect(notes[0]?.error).toContain('invalid protobuf')
      expect(notes[1]?.error).toContain('crc')
      const told = () => entries.filter(({ message }) => message.startsWith('records could not be read'))
      await eventually(() => told().length).toBe(2)
    })

    it.each([0, 1, 2, 3])('counts every line once when it dies at commit %i', async dying => {
      for (let i = 0; i < 6; i++) kafka.append(topic, 0, [request(5, i * 5)])
      let commits = 0
      const doomed = kafka.client({
        beforeCommit: () => {
          if (commits++ === dying) doomed.lose()
        },
      })
      // what is lost is never closed: as a zombie it may still insert
      await start(doomed, 10)
      await eventually(() => commits).toBeGreaterThan(dying)
      for (let i = 6; i < 9; i++) kafka.append(topic, 0, [request(5, i * 5)])
      await run(kafka.client(), 20)
      await eventually(() => settled()).toBe(9)
      expect(await count()).toBe(45)
      expect(await count('otel_logs', 'uniqExact(Body)')).toBe(45)
      expect(await count('log_rollup_10s', 'sum(Lines)')).toBe(45)
    })

    it('waits for a store that was killed, and loses and doubles nothing', async () => {
      await run(kafka.client(), 200)
      let line = 0
      const produce = () => {
        for (let i = 0; i < 10; i++, line += 20) kafka.append(topic, i % 2, [request(20, line)])
      }
      for (let round = 0; round < 3; round++) {
        produce()
        await new Promise(resolve => setTimeout(resolve, 60))
        const crashed = store.crash()
        produce()
        await crashed
      }
      await eventually(() => settled(0) + settled(1)).toBe(60)
      expect(await count()).toBe(1200)
      expect(await count('otel_logs', 'uniqExact(Body)')).toBe(1200)
      expect(await count('log_rollup_1m', 'sum(Lines)')).toBe(1200)
      expect(entries.filter(entry => entry.message.includes('the store does not take rows')).length).toBe(1)
    })

    it('takes a topic made anew for what it is, though offsets repeat', async () => {
      kafka.append(topic, 0, [request(5, 0)])
      await run()
      await eventually(() => settled()).toBe(1)
      await running.pop()?.close()
      kafka.makeTopic(topic, 2)
      kafka.append(topic, 0, [request(5, 5)])
      await run()
      await eventually(() => count()).toBe(10)
    })

    it('goes on where the topic begins when offsets are gone', async () => {
      for (let i = 0; i < 4; i++) kafka.append(topic, 0, [request(1, i)])
      kafka.deleteBefore(topic, 0, 2)
      await run()
      await eventually(() => settled()).toBe(4)
      expect(await count()).toBe(2)
    })
  },
)

/** A record of so many lines, numbered from `first` on. */
function request(lines: number, first: number, agent?: string): RecordInput {
  const time = nanosOfMs(Date.now())
  const records = Array.from({ length: lines }, (_, i) => ({
    time,
    observed: time,
    severityNumber: 9,
    severityText: 'INFO',
    body: `line ${first + i}`,
    attributes: { n: first + i },
  }))
  const value = writeLogsRequest(
    { resource: { 'service.name': 'web', 'host.name': 'h1' }, scope: 'test' },
    records,
  )
  const entry = {
    source: '/var/log/a.log',
    generation: 'g',
    from: first,
    to: first + lines,
    lines,
    dropped: {},
  }
  const headers = agent === undefined ? [] : ledgerHeaders({ agent, ...entry })
  return { key: null, value, timestampMs: Date.now(), headers }
}
