import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import { writeBatch } from '../../lib/kafka/index.ts'
import { type Nanos, nanosOfMs, type OtlpValue, writeLogsRequest } from '../../lib/otlp/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { Figures } from '../figures.ts'
import { TopicConsumer } from '../group/consumer.ts'
import { decodeMetadata } from '../group/plan.ts'
import { FakeKafka } from '../testing/fake-kafka.ts'
import { letterRecord, readLetter } from './letter.ts'
import { recordsFrom } from './read.ts'
import { letterReader } from './readable.ts'
import { listLetters, replayLetters } from './replay.ts'
import { countWaiting } from './waiting.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const box = 'millrace_dead_letters'
const nowMs = Date.now()
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 20_000, interval: 10 })

const record = (body: string, more: { time?: Nanos; attributes?: Record<string, OtlpValue> } = {}) => {
  const time = more.time ?? nanosOfMs(nowMs)
  const line = { time, observed: { seconds: 0, nanos: 0 }, severityNumber: 9, severityText: 'INFO', body }
  const value = writeLogsRequest({ resource: { 'service.name': 'web' }, scope: 's' }, [
    { ...line, attributes: more.attributes ?? {} },
  ])
  return { key: null, value, timestampMs: nowMs, headers: [] }
}
const poison: RecordInput = {
  key: Buffer.from('k'),
  value: Buffer.from([0xff, 0xff, 0xff]),
  timestampMs: nowMs,
  headers: [{ key: 'mine', value: Buffer.from('yes') }],
}
const optionsOf = (kafka: FakeKafka, client = kafka.client()) => ({
  topic: box,
  kafka: client,
  sinceMs: 0,
  nowMs,
  canRead: () => true,
})

describe.skipIf(reason !== undefined)(
  `records that cannot be stored${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 40_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let kafka: FakeKafka
    let running: TopicConsumer[] = []
    const { logger } = memoryLogger()

    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    beforeEach(async () => {
      kafka = new FakeKafka()
      for (const name of [topic, 'otlp_metrics', 'otlp_spans']) kafka.makeTopic(name, 1)
      for (const table of ['otel_logs', 'ledger']) await client.command({ query: `TRUNCATE TABLE ${table}` })
    })
    afterEach(async () => {
      await Promise.all(running.map(consumer => consumer.close()))
      running = []
    })

    const start = async (kafkaClient = kafka.client()) => {
      const config: Config = {
        ...store.config,
        aggregator: { ...store.config.aggregator, maxDelayMs: 20, group: 'aggregators' },
      }
      const onLost = (error: unknown) => {
        throw error
      }
      const figures = new Figures(new Metrics())
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
    const run = async () => {
      running.push(await start())
    }
    const settled = () => {
      const committed = kafka.committed(topic, 0)
      return committed !== undefined && decodeMetadata(committed.metadata)?.to === undefined
        ? committed.offset
        : -1
    }
    const rows = async (query: string) =>
      await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()
    const letters = async () => {
      const found = []
      for await (const one of recordsFrom(kafka.client(), kafka.client().openFetcher(), box, 0, 0))
        found.push(readLetter(one))
      return found
    }

    it('stand with key, value, headers, place and reason in the dead letters; their neighbours are stored', async () => {
      const damaged = writeBatch([poison])
      damaged.writeUInt32BE(1, 17)
      kafka.append(topic, 0, [record('before'), poison])
      kafka.appendRaw(topic, 0, damaged)
      kafka.append(topic, 0, [record('after')])
      await run()
      await eventually(settled).toBe(4)
      const [first, second, ...more] = await letters()
      const { topicId } = (await kafka.client().metadata([topic])).get(topic) ?? {}
      expect(first).toEqual({
        ...{ topic, topicId, partition: 0, offset: 1, timestampMs: nowMs },
        ...{ isBatch: false, isCut: false, key: poison.key, value: poison.value, headers: poison.headers },
        reason: expect.stringContaining('invalid protobuf'),
      })
      expect(second).toMatchObject({ offset: 2, isBatch: true, value: damaged, reason: 'wrong crc' })
      expect(more).toEqual([])
      expect(await rows("SELECT Body FROM otel_logs WHERE ServiceName = 'web' ORDER BY TopicOffset")).toEqual(
        [['before'], ['after']],
      )
      expect(await rows("SELECT TopicOffset FROM ledger WHERE Error != '' ORDER BY TopicOffset")).toEqual([
        [1],
        [2],
      ])
      expect((await listLetters(optionsOf(kafka))).map(letter => letter.state)).toEqual([
        'waiting',
        'unreadable batch',
      ])
    })

    it('are few: absurd times, 10,000 attributes, bodies of 10 MB and other types than before are stored', async () => {
      const attributes = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key.${i}`, `v${i}`]))
      const large = 'x'.repeat(10_000_000)
      const years = [1970, 1971, 2105, 2262].map(year => nanosOfMs(Date.UTC(year, 0, 2)))
      const all = [
        ...years.map((time, i) => record(`time ${i}`, { time })),
        record('unset', { time: { seconds: 0, nanos: 0 } }),
        record('endless', { time: { seconds: 18_446_744_073, nanos: 709_551_615 } }),
        record('wide', { attributes }),
        record(large),
        record('number', { attributes: { status: 200 } }),
        record('text', { attributes: { status: 'ok' } }),
        { ...record('early record'), timestampMs: -1 },
        record('after'),
      ]
      for (const one of all) kafka.append(topic, 0, [one])
      await run()
      await eventually(settled).toBe(all.length)
      expect(await rows('SELECT count(), uniqExact(TopicOffset) FROM otel_logs')).toEqual([
        [all.length, all.length],
      ])
      expect(
        await rows('SELECT max(length(Body)), max(length(mapKeys(AllAttributes))) FROM otel_logs'),
      ).toEqual([[10_000_000, 10_000]])
      expect(
        await rows(
          "SELECT Body FROM otel_logs WHERE abs(dateDiff('minute', Timestamp, now())) < 30 AND Body IN ('time 3', 'unset', 'endless') ORDER BY Body",
        ),
      ).toEqual([['endless'], ['time 3'], ['unset']])
      expect(await listLetters(optionsOf(kafka))).toEqual([])
    })

    it('are one to whoever lists them, also where a crash sent them twice', async () => {
      kafka.append(topic, 0, [poison, record('after')])
      let sent = 0
      const doomed = kafka.client({
        afterProduce: () => {
          sent++
          doomed.lose()
        },
      })
      await start(doomed)
      // the dead-letter topic is made when it is first needed: the first answer says that it is not there
      await eventually(() => sent).toBeGreaterThan(0)
      await run()
      await eventually(settled).toBe(2)
      expect((await listLetters(optionsOf(kafka))).map(letter => letter.offset)).toEqual([0])
    })

    it('are counted while they wait, and said to be more than are told apart', async () => {
      kafka.makeTopic(box, 1)
      kafka.append(topic, 0, [poison, poison, poison])
      await run()
      await eventually(settled).toBe(3)
      const count = (maxPlaces?: number) => countWaiting(kafka.client(), box, maxPlaces)
      expect(await count()).toEqual({ waiting: 3, isAll: true })
      expect(await count(2)).toEqual({ waiting: 2, isAll: false })
      await running.pop()?.close()
      await replayLetters(optionsOf(kafka))
      expect(await count()).toEqual({ waiting: 0, isAll: true })
      expect(await countWaiting(kafka.client(), 'nowhere')).toEqual({ waiting: 0, isAll: true })
    })

    it('are put back once, though that is ended between any two steps', async () => {
      kafka.makeTopic(box, 1)
      kafka.append(topic, 0, [poison])
      await run()
      await eventually(settled).toBe(1)
      await running.pop()?.close()
      for (const dying of [1, 2]) {
        let produced = 0
        const doomed = kafka.client({
          afterProduce: () => {
            if (++produced === dying) doomed.lose()
          },
        })
        void replayLetters(optionsOf(kafka, doomed))
        await eventually(() => produced).toBe(dying)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      expect(await replayLetters(optionsOf(kafka))).toEqual({ replayed: 0, left: {} })
      expect(await replayLetters(optionsOf(kafka))).toEqual({ replayed: 0, left: {} })
      // it cannot be read this time either
      await run()
      await eventually(settled).toBe(2)
      expect(await rows('SELECT TopicOffset, ReplayOf FROM ledger ORDER BY TopicOffset')).toEqual([
        [0, ''],
        [1, '0'],
      ])
      expect((await listLetters(optionsOf(kafka))).map(({ offset, state }) => [offset, state])).toEqual([
        [0, 'replayed'],
        [1, 'waiting'],
      ])
    })

    it('are not put back where this version cannot read them either', async () => {
      kafka.makeTopic(box, 1)
      kafka.append(topic, 0, [poison, record('after')])
      await run()
      await eventually(settled).toBe(2)
      const { topicId = '' } = (await kafka.client().metadata([topic])).get(topic) ?? {}
      const mended = {
        topic,
        topicId,
        partition: 0,
        offset: 1,
        reason: 'an older version',
        timestampMs: nowMs,
      }
      const readable = { ...record('mended'), isBatch: false, isCut: false }
      kafka.append(box, 0, [letterRecord({ ...mended, ...readable })])
      const options = { ...optionsOf(kafka), canRead: letterReader(store.config) }
      for (const replayed of [1, 0])
        expect(await replayLetters(options)).toEqual({ replayed, left: { 'still unreadable': 1 } })
      await eventually(settled).toBe(3)
      expect((await listLetters(options)).map(({ offset, state }) => [offset, state])).toEqual([
        [0, 'still unreadable'],
        [1, 'replayed'],
      ])
      expect(await rows("SELECT Body FROM otel_logs WHERE ServiceName = 'web' ORDER BY TopicOffset")).toEqual(
        [['after'], ['mended']],
      )
    })
  },
)
