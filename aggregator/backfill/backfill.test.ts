import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { Figures } from '../figures.ts'
import { TopicConsumer } from '../group/consumer.ts'
import { decodeMetadata } from '../group/plan.ts'
import { rollupDefinitions } from '../rollups/definition.ts'
import { FakeKafka } from '../testing/fake-kafka.ts'
import { backfill } from './backfill.ts'
import { gapsOf, piecesOf } from './gaps.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000, interval: 10 })

describe('gaps', () => {
  it.each([
    [[], [{ from: 10, to: 50 }]],
    [[{ from: 0, to: 100 }], []],
    [
      [
        { from: 30, to: 40 },
        { from: 20, to: 35 },
      ],
      [
        { from: 10, to: 20 },
        { from: 40, to: 50 },
      ],
    ],
    [[{ from: 45, to: 60 }], [{ from: 10, to: 45 }]],
    [[{ from: 60, to: 70 }], [{ from: 10, to: 50 }]],
  ])('of 10 to 50 beside %j', (counted, gaps) => {
    expect(gapsOf({ from: 10, to: 50 }, counted)).toEqual(gaps)
  })
  it('are taken in pieces', () => {
    expect(piecesOf({ from: 3, to: 8 }, 2)).toEqual([
      { from: 3, to: 5 },
      { from: 5, to: 7 },
      { from: 7, to: 8 },
    ])
  })
})

describe.skipIf(reason !== undefined)(
  `a rollup over what came before it${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let kafka: FakeKafka
    let running: TopicConsumer[] = []
    const { logger } = memoryLogger()
    const rollups = rollupDefinitions.parse([{ name: 'errors', where: '{level="error"}', by: ['service'] }])

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
      for (const table of ['custom_rollup_10s', 'custom_rollup_1m', 'custom_rollup_ranges', 'otel_logs'])
        await client.command({ query: `TRUNCATE TABLE ${table}` })
    })
    afterEach(async () => {
      await Promise.all(running.map(consumer => consumer.close()))
      running = []
    })

    const configOf = (defined: Config['rollups']): Config => ({
      ...store.config,
      aggregator: { ...store.config.aggregator, maxDelayMs: 20, group: 'aggregators' },
      rollups: defined,
    })
    const run = async (defined: Config['rollups'], kafkaClient = kafka.client()) => {
      const consumer = new TopicConsumer({
        config: configOf(defined),
        client: kafkaClient,
        instanceId: undefined,
        figures: new Figures(new Metrics()),
        clock: systemClock,
        logger,
        onLost: error => {
          throw error
        },
      })
      await consumer.start()
      return consumer
    }
    const fill = async (defined = rollups) =>
      await backfill({
        config: configOf(defined),
        kafka: kafka.client(),
        store: client,
        rollup: 'errors',
        sinceMs: 0,
      })
    const count = async (table: string, name = 'errors') => {
      const result = await client.query({
        query: `SELECT sum(Count) AS n FROM ${table} WHERE RollupName = {name:String}`,
        query_params: { name },
        format: 'JSONEachRow',
      })
      return Number((await result.json<{ n: string }>())[0]?.n)
    }
    const settled = () => {
      const committed = kafka.committed(topic, 0)
      return committed !== undefined && decodeMetadata(committed.metadata)?.to === undefined
        ? committed.offset
        : -1
    }
    const append = (records: number) => {
      for (let i = 0; i < records; i++) kafka.append(topic, 0, [errors(3)])
    }

    it('counts each line once, with what the aggregator counts from then on, however often it runs', async () => {
      append(5)
      const before = await run([])
      await eventually(settled).toBe(5)
      await before.close()
      running.push(await run(rollups))
      append(4)
      await eventually(settled).toBe(9)
      await eventually(() => count('custom_rollup_10s')).toBe(12)
      expect(await fill()).toEqual({ counted: 5, lines: 15 })
      expect(await count('custom_rollup_10s')).toBe(27)
      expect(await count('custom_rollup_1m')).toBe(27)
      expect(await fill()).toEqual({ counted: 0, lines: 0 })
      expect(await count('custom_rollup_10s')).toBe(27)
    })

    it('keeps one row of what was counted without a gap, however often it runs, and another beyond a gap', async () => {
      append(4001)
      const before = await run([])
      await eventually(settled).toBe(4001)
      await before.close()
      running.push(await run(rollups))
      append(4)
      await eventually(settled).toBe(4005)
      await noted(9000, 9010)
      expect((await fill()).counted).toBe(4001)
      append(2)
      await eventually(settled).toBe(4007)
      expect((await fill()).counted).toBe(0)
      await client.command({ query: 'OPTIMIZE TABLE custom_rollup_ranges FINAL' })
      const ranges = await client.query({
        query: 'SELECT FromOffset, ToOffset, IsDone FROM custom_rollup_ranges ORDER BY FromOffset',
        format: 'JSONCompactEachRow',
      })
      expect((await ranges.json<unknown[]>()).map(row => row.map(Number))).toEqual([
        [0, 4007, 1],
        [9000, 9010, 1],
      ])
      expect(await count('custom_rollup_10s')).toBe(3 * 4007)
    })

    it('forgets what was counted once no count of it is kept, and nothing that is only planned', async () => {
      const dayMs = 86_400_000
      await noted(0, 10, Date.now() - 2002 * dayMs)
      await noted(20, 30, Date.now() - 1990 * dayMs)
      await planned(40, 50)
      await client.command({ query: 'OPTIMIZE TABLE custom_rollup_ranges FINAL' })
      const left = await client.query({
        query: 'SELECT FromOffset FROM custom_rollup_ranges ORDER BY FromOffset',
        format: 'JSONCompactEachRow',
      })
      expect((await left.json<unknown[]>()).flat().map(Number)).toEqual([20, 40])
    })

    it('leaves out lines that were deleted, and no others of their record', async () => {
      append(2)
      running.push(await run([]))
      await eventually(settled).toBe(2)
      await client.command({
        query: `INSERT INTO deleted_rows (DeletionId, Topic, TopicPartition, TopicOffset, Rows, Runs)
          SELECT 'd', Topic, TopicPartition, TopicOffset, 2, [(1, 2, 0)] FROM otel_logs WHERE Topic = '${topic}' GROUP BY ALL`,
      })
      // of the second record they did not go after all
      await client.command({
        query: `ALTER TABLE otel_logs DELETE WHERE TopicOffset = 0 AND TopicIndex > 0 SETTINGS mutations_sync = 2`,
      })
      expect(await fill()).toEqual({ counted: 2, lines: 4 })
      await client.command({ query: 'TRUNCATE TABLE deleted_rows' })
    })

    it('repeats what was planned and not done, exactly as planned', async () => {
      append(3)
      running.push(await run([]))
      await eventually(settled).toBe(3)
      await fill()
      // as if it had been killed before it noted that it was done
      await client.command({ query: 'TRUNCATE TABLE custom_rollup_ranges' })
      append(2)
      await eventually(settled).toBe(5)
      const [definition] = rollups
      expect(definition?.name).toBe('errors')
      await planned(0, 3)
      expect((await fill()).counted).toBe(5)
      expect(await count('custom_rollup_10s')).toBe(15)
    })

    const planned = async (from: number, to: number) => {
      await insertRange({ from, to, isDone: false, newestMs: 0 })
    }
    const noted = async (from: number, to: number, newestMs = Date.now()) => {
      await insertRange({ from, to, isDone: true, newestMs })
    }
    const insertRange = async (of: { from: number; to: number; isDone: boolean; newestMs: number }) => {
      const { rangeColumns } = await import('../rollups/columns.ts')
      const { writeBlock } = await import('../native/block.ts')
      const { insertNative } = await import('../../store/index.ts')
      const topicId = (await kafka.client().metadata([topic])).get(topic)?.topicId ?? ''
      const range = { topic, topicId, partition: 0, ...of }
      const block = writeBlock(rangeColumns(rollups, store.config.tenant, range))
      await insertNative(client, 'custom_rollup_ranges', block, `${JSON.stringify(of)} ${topicId}`)
    }

    it('counts a range that was planned by the rollups of then, though the configuration has changed', async () => {
      append(4)
      const others = rollupDefinitions.parse([{ name: 'all' }])
      let commits = 0
      const doomed = kafka.client({
        beforeCommit: () => {
          // the plan is committed, the end is not
          if (commits++ === 1) doomed.lose()
        },
      })
      await run(others, doomed)
      await eventually(() => commits).toBeGreaterThan(1)
      running.push(await run(rollups))
      await eventually(settled).toBe(4)
      append(2)
      await eventually(settled).toBe(6)
      await eventually(() => count('custom_rollup_10s')).toBe(6)
      const landed = await count('custom_rollup_10s', 'all')
      expect(landed).toBeGreaterThan(0)
      expect(landed % 3).toBe(0)
      // what was not planned with it is still to be counted
      expect((await fill()).counted).toBe(4)
      expect(await count('custom_rollup_10s')).toBe(18)
    })

    it('says which rollups there are when it is asked for another', async () => {
      const asked = backfill({
        config: configOf(rollups),
        kafka: kafka.client(),
        store: client,
        rollup: 'nosuch',
        sinceMs: 0,
      })
      await expect(asked).rejects.toThrow('the configuration defines no rollup nosuch: rollups has errors')
    })
  },
)

/** A record of so many lines of level error. */
function errors(lines: number): RecordInput {
  const time = nanosOfMs(Date.now())
  const records = Array.from({ length: lines }, (_, i) => ({
    time,
    observed: time,
    severityNumber: 17,
    severityText: 'ERROR',
    body: `line ${i}`,
    attributes: {},
  }))
  const value = writeLogsRequest({ resource: { 'service.name': 'web' }, scope: 'test' }, records)
  return { key: null, value, timestampMs: Date.now(), headers: [] }
}
